// Which partition a schedule's run is for: a partition key with periods to fill in, `date={day-1}` or
// `region=eu/hour={hour}`. Pure: the time is what the schedule fired for, never the clock.

import { InvalidArgumentError } from '../errors';
import { checkPartitionKey } from '../partition';
import { formatPeriod, PERIODS, rollUp, shift } from '../partition/period';
import type { Period, PeriodUnit } from '../partition/period';
import { localTime } from './time-zone';

interface Placeholder {
  readonly unit: PeriodUnit;
  /** Periods later (or, below 0, earlier) than the one that the time lies in. */
  readonly offset: number;
  /** Written without separators. */
  readonly basic: boolean;
}

export type TemplatePart = string | Placeholder;

const PLACEHOLDER = /\{([^{}]*)\}/;
const INSIDE = /^([a-z]+)(?:([+-])(\d{1,4}))?(:basic)?$/;

/** @throws InvalidArgumentError for an unknown unit, a brace too many, and what is no partition key. */
export function parseTemplate(text: string, field = 'partition'): TemplatePart[] {
  const parts = text.split(PLACEHOLDER).map((part, at) => {
    if (at % 2 === 1) return placeholder(part, text, field);
    if (!/[{}]/.test(part)) return part;
    throw refused(text, field, 'has a brace without its other one');
  });
  checkPartitionKey(fill(parts, SAMPLE, 'UTC'), field);
  return parts;
}

/** Every period has a form of its own length, whatever the time. */
const SAMPLE = new Date(Date.UTC(2019, 0, 1));

/** A partition such as the schedule's runs are for: what takes it takes all of them. @throws InvalidArgumentError */
export const samplePartition = (template: string): string => partitionAt(template, SAMPLE, 'UTC');

function placeholder(inside: string, text: string, field: string): Placeholder {
  const [, unit, sign, count = '0', basic] = INSIDE.exec(inside) ?? [];
  const known = PERIODS.find((period) => period === unit);
  if (known === undefined) throw refused(text, field, `has {${inside}}, which is no period`);
  return { unit: known, offset: Number(count) * (sign === '-' ? -1 : 1), basic: basic !== undefined };
}

const refused = (text: string, field: string, why: string): InvalidArgumentError =>
  new InvalidArgumentError(
    `${field} ${JSON.stringify(text.slice(0, 200))} ${why}. Write a partition with the periods ${PERIODS.map((unit) => `{${unit}}`).join(', ')} in it, ` +
      `for example date={day-1} for the day before, or date={day:basic} without separators.`,
    { field },
  );

/**
 * The partition for a time, by the clock of a time zone. An offset counts periods of the calendar; of hours, those that have
 * really passed, so that no clock change repeats or skips one that the zone's clock shows once.
 * @throws InvalidArgumentError
 */
export function partitionAt(template: string, at: Date, timeZone: string): string {
  return fill(parseTemplate(template), at, timeZone);
}

function fill(parts: readonly TemplatePart[], at: Date, timeZone: string): string {
  return parts.map((part) => (typeof part === 'string' ? part : formatPeriod(periodAt(part, at, timeZone)))).join('');
}

function periodAt({ unit, offset, basic }: Placeholder, at: Date, timeZone: string): Period {
  if (unit === 'hour') return hourOf(new Date(at.getTime() + offset * 3_600_000), timeZone, basic);
  return shift(rollUp(hourOf(at, timeZone, basic), unit), offset);
}

function hourOf(at: Date, timeZone: string, basic: boolean): Period {
  const local = localTime(at, timeZone);
  return { unit: 'hour', start: new Date(Math.floor(local.getTime() / 3_600_000) * 3_600_000), basic };
}

/** The partition whose periods are those that `period` lies in. */
export function partitionOf(parts: readonly TemplatePart[], period: Period): string {
  const texts = parts.map((part) =>
    typeof part === 'string' ? part : formatPeriod({ ...rollUp(period, part.unit), basic: part.basic }),
  );
  return texts.join('');
}
