// Periods of the calendar as partition values: `2019-01-01T05` or `2019010105`, `2019-01-01` or `20190101`, `2019-W01`,
// `2019-01` or `201901`, `2019`. Pure arithmetic on dates: no time zone, no clock.

/** From fine to coarse. */
export const PERIODS = ['hour', 'day', 'week', 'month', 'year'] as const;
export type PeriodUnit = (typeof PERIODS)[number];

export interface Period {
  readonly unit: PeriodUnit;
  /** First hour of it, UTC. */
  readonly start: Date;
  /** Written without separators; what is made of it is written the same way. */
  readonly basic: boolean;
}

const FORMS: readonly (readonly [unit: PeriodUnit, basic: boolean, form: RegExp])[] = [
  ['hour', false, /^(\d{4})-(\d\d)-(\d\d)[T-](\d\d)$/],
  ['hour', true, /^(\d{4})(\d\d)(\d\d)(\d\d)$/],
  ['day', false, /^(\d{4})-(\d\d)-(\d\d)$/],
  ['day', true, /^(\d{4})(\d\d)(\d\d)$/],
  ['week', false, /^(\d{4})-W(\d\d)$/],
  ['week', true, /^(\d{4})W(\d\d)$/],
  ['month', false, /^(\d{4})-(\d\d)$/],
  ['month', true, /^(\d{4})(\d\d)$/],
  ['year', false, /^(\d{4})$/],
];

const DAY = 86_400_000;

/** The period that a value names, if it names one of this unit that the calendar has. */
export function parsePeriod(value: string, unit: PeriodUnit): Period | undefined {
  for (const [of, basic, form] of FORMS) {
    const numbers = of === unit ? form.exec(value)?.slice(1).map(Number) : undefined;
    if (!numbers) continue;
    const start = unit === 'week' ? weekStart(numbers) : dateOf(numbers);
    // The calendar has no 30th of February: what is written differently from what was read isn't one.
    if (digits(formatPeriod({ unit, start, basic })) === digits(value)) return { unit, start, basic };
  }
  return undefined;
}

export function formatPeriod({ unit, start, basic }: Period): string {
  if (unit === 'week') {
    const { year, week } = weekOf(start);
    return `${pad(year, 4)}${basic ? '' : '-'}W${pad(week)}`;
  }
  const date = [pad(start.getUTCFullYear(), 4), pad(start.getUTCMonth() + 1), pad(start.getUTCDate())];
  const text = date.slice(0, { hour: 3, day: 3, month: 2, year: 1 }[unit]).join(basic ? '' : '-');
  return unit === 'hour' ? `${text}${basic ? '' : 'T'}${pad(start.getUTCHours())}` : text;
}

/** The coarser period that it lies in. */
export function rollUp({ start, basic }: Period, unit: PeriodUnit): Period {
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  switch (unit) {
    case 'hour':
      return { unit, start, basic };
    case 'day':
      return { unit, start: utc(year, month, day), basic };
    case 'week':
      return { unit, start: mondayOf(start), basic };
    case 'month':
      return { unit, start: utc(year, month, 1), basic };
    case 'year':
      return { unit, start: utc(year, 0, 1), basic };
  }
}

/** The finer periods that it is made of, in their order. */
export function fanOut(period: Period, unit: PeriodUnit): Period[] {
  const { start, basic } = period;
  const end = after(period);
  const parts: Period[] = [];
  for (let next: Period = { unit, start, basic }; next.start < end; next = { unit, start: after(next), basic }) {
    parts.push(next);
  }
  return parts;
}

/** The weeks of a month or a year: those that have most of their days in it, as ISO 8601 counts the weeks of a year. */
export function weeksOf(period: Period): Period[] {
  const { start, basic } = period;
  // A week is where its Thursday is: four of its days, or more, are there.
  const firstFrom = (date: Date): Date => mondayOf(new Date(date.getTime() + 3 * DAY));
  const end = firstFrom(after(period));
  const weeks: Period[] = [];
  for (let next: Period = { unit: 'week', start: firstFrom(start), basic }; next.start < end; next = shift(next, 1)) {
    weeks.push(next);
  }
  return weeks;
}

/** The period so many later, or earlier. */
export function shift({ unit, start, basic }: Period, count: number): Period {
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  switch (unit) {
    case 'hour':
      return { unit, start: new Date(start.getTime() + (count * DAY) / 24), basic };
    case 'day':
      return { unit, start: utc(year, month, day + count), basic };
    case 'week':
      return { unit, start: utc(year, month, day + 7 * count), basic };
    case 'month':
      return { unit, start: utc(year, month + count, 1), basic };
    case 'year':
      return { unit, start: utc(year + count, 0, 1), basic };
  }
}

/** When the next period of its unit begins. */
const after = (period: Period): Date => shift(period, 1).start;

function dateOf([year = 0, month = 1, day = 1, hour = 0]: readonly number[]): Date {
  return utc(year, month - 1, day, hour);
}

// Years below 1000 are no partitions of anybody's: Date.UTC would take those below 100 for 19xx.
const utc = (year: number, month: number, day: number, hour = 0): Date =>
  new Date(Date.UTC(Math.max(year, 1000), month, day, hour));

/** ISO 8601: week 1 has the year's first Thursday. */
function weekStart([year = 0, week = 1]: readonly number[]): Date {
  return new Date(mondayOf(utc(year, 0, 4)).getTime() + (week - 1) * 7 * DAY);
}

function weekOf(monday: Date): { year: number; week: number } {
  const thursday = new Date(monday.getTime() + 3 * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - utc(year, 0, 1).getTime()) / (7 * DAY)) + 1 };
}

function mondayOf(date: Date): Date {
  const day = (date.getUTCDay() + 6) % 7;
  return utc(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - day);
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
const digits = (text: string): string => text.replaceAll(/\D/g, '');
