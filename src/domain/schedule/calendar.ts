// A calendar entry of a schedule, as Temporal has it: a time fires if all of its fields match, the day of the month and the
// day of the week included.

import { z } from 'zod';
import { withForm } from '../parse';

export const MONTHS = [
  ...['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER'],
  'DECEMBER',
] as const;
export const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;

/** A number, a name of a month or day, or a range of them: `{ "start": "MONDAY", "end": "FRIDAY" }`. */
type Value = number | string;
type CalendarRange = Value | { readonly start: Value; readonly end?: Value; readonly step?: number };
/** The text `*`: all of them. */
type Matches = CalendarRange | readonly CalendarRange[];

/** As written. Left out: second, minute and hour are 0, the others are `*`. */
export interface CalendarInput {
  readonly second?: Matches | null;
  readonly minute?: Matches | null;
  readonly hour?: Matches | null;
  readonly dayOfMonth?: Matches | null;
  readonly month?: Matches | null;
  readonly year?: Matches | null;
  readonly dayOfWeek?: Matches | null;
  readonly comment?: string | null;
}

/** Numbers all through: months from 1, days of the week from Sunday as 0. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const FIELDS = {
  second: { min: 0, max: 59, names: [] },
  minute: { min: 0, max: 59, names: [] },
  hour: { min: 0, max: 23, names: [] },
  dayOfMonth: { min: 1, max: 31, names: [] },
  month: { min: 1, max: 12, names: MONTHS },
  year: { min: 2000, max: 2100, names: [] },
  dayOfWeek: { min: 0, max: 6, names: WEEKDAYS },
} as const satisfies Record<string, { min: number; max: number; names: readonly string[] }>;

export type CalendarField = keyof typeof FIELDS;
export const CALENDAR_FIELDS = Object.keys(FIELDS) as CalendarField[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined for what is none. */
function toNumber(field: CalendarField, value: unknown): number | undefined {
  const { min, max, names } = FIELDS[field];
  const word = typeof value === 'string' ? value.toUpperCase() : '';
  const named = names.findIndex((name) => name === word || (word.length === 3 && name.startsWith(word)));
  const number = named >= 0 ? named + min : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}

function toRange(field: CalendarField, value: unknown): NumberRange | undefined {
  const single = !isObject(value);
  const start = toNumber(field, single ? value : value['start']);
  const end = single || value['end'] == null ? start : toNumber(field, value['end']);
  const step = single || value['step'] == null ? 1 : value['step'];
  const known = single || Object.keys(value).every((key) => ['start', 'end', 'step'].includes(key));
  if (!known || start === undefined || end === undefined || end < start) return undefined;
  return typeof step === 'number' && Number.isInteger(step) && step > 0 ? { start, end, step } : undefined;
}

/** Null: `*`. Undefined: it isn't there, or is wrong. */
export function rangesOf(calendar: CalendarInput, field: CalendarField): NumberRange[] | null | undefined {
  const value = calendar[field];
  if (value === '*') return null;
  if (value == null) return undefined;
  const all = Array.isArray(value) ? (value as unknown[]) : [value];
  const ranges = all.map((each) => toRange(field, each));
  return all.length > 0 && ranges.every((range) => range !== undefined) ? ranges : undefined;
}

function expected(field: CalendarField): string {
  const { min, max, names } = FIELDS[field];
  const words = names.length > 0 ? `, or a name such as ${names[0] ?? ''}` : '';
  return `must be a whole number from ${String(min)} to ${String(max)}${words}; a range { start, end, step } of them, a list of these, or '*'.`;
}

const matches = (field: CalendarField): z.ZodType => {
  const { min, max, names } = FIELDS[field];
  const value = names.length > 0 ? z.union([z.int().min(min).max(max), z.string()]) : z.int().min(min).max(max);
  const range = z.union([value, z.object({ start: value, end: value.nullish(), step: z.int().min(1).nullish() })]);
  return z.union([z.literal('*'), range, z.array(range).min(1)]).nullish();
};

/** What it looks like; that it is one, `calendarSchema` says in words of its own. */
const form = z.object({
  ...Object.fromEntries(CALENDAR_FIELDS.map((field) => [field, matches(field)])),
  comment: z.string().nullish(),
});

/** Kept as written; checked field by field. */
const checked = z.custom<CalendarInput>().superRefine((value: unknown, context) => {
  const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
  if (!isObject(value)) {
    refuse([], `A calendar must be an object such as { "hour": 6, "dayOfWeek": "MONDAY" }.`);
    return;
  }
  for (const key of Object.keys(value)) {
    const field = CALENDAR_FIELDS.find((known) => known === key);
    if (field === undefined) {
      const comment = key === 'comment' && (value[key] == null || typeof value[key] === 'string');
      if (!comment) refuse([key], `A calendar has no ${key}; it has ${CALENDAR_FIELDS.join(', ')} and comment (text).`);
    } else if (value[key] != null && rangesOf(value, field) === undefined) {
      refuse([key], `${field} ${expected(field)}`);
    }
  }
});

export const calendarSchema = withForm(checked, form);
