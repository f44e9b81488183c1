// The partitions of a backfill: each period from one to another, in their order.

import { InvalidArgumentError } from '../errors';
import { checkPartitionKey } from '../partition';
import { fanOut, parsePeriod, PERIODS, shift, weeksOf } from '../partition/period';
import type { Period, PeriodUnit } from '../partition/period';
import { parseTemplate, partitionOf } from '../schedule';
import type { TemplatePart } from '../schedule';

/** Hours of a year, and then some. */
export const MAX_PARTITIONS = 10_000;

/** How partitions are named where the backfill doesn't say: as in the examples of mappings. */
const USUAL: Readonly<Record<PeriodUnit, string>> = {
  hour: 'hour={hour}',
  day: 'date={day}',
  week: 'week={week}',
  month: 'month={month}',
  year: 'year={year}',
};

export interface Range {
  readonly from: string;
  readonly to: string;
  readonly partition: string | null;
}

/**
 * `from` and `to` are periods of the template's finest unit (`2019-01-01`), or longer ones (`2019-01`: all of its days; of weeks,
 * those that have most of their days in it).
 * @throws InvalidArgumentError naming `from`, `to` or `partition`.
 */
export function partitionsOfRange({ from, to, partition }: Range): string[] {
  const parts = parseTemplate(partition ?? USUAL[unitOf(from)]);
  const unit = finestUnit(parts);
  const first = periodsOf(from, unit, 'from')[0];
  const last = periodsOf(to, unit, 'to').at(-1);
  if (!first || !last || last.start < first.start) {
    throw new InvalidArgumentError(`to (${to}) must not be before from (${from}).`, { field: 'to' });
  }
  const partitions: string[] = [];
  for (let period: Period = first; period.start <= last.start; period = shift(period, 1)) {
    if (partitions.length === MAX_PARTITIONS) {
      throw new InvalidArgumentError(
        `From ${from} to ${to} there are more than ${MAX_PARTITIONS.toLocaleString('en-US')} partitions: use several backfills.`,
        { field: 'to' },
      );
    }
    partitions.push(checkPartitionKey(partitionOf(parts, period), 'partition'));
  }
  return partitions;
}

/** One of its partitions: they are all of one form, so what takes it takes the others. @throws InvalidArgumentError */
export const samplePartitionOf = (range: Range): string | null => partitionsOfRange(range)[0] ?? null;

function unitOf(value: string): PeriodUnit {
  const unit = PERIODS.find((each) => parsePeriod(value, each));
  if (unit) return unit;
  throw notAPeriod('from', value, PERIODS);
}

function finestUnit(parts: readonly TemplatePart[]): PeriodUnit {
  const placeholders = parts.filter((part) => typeof part !== 'string');
  const unit = PERIODS.find((each) => placeholders.some((part) => part.unit === each));
  const refuse = (why: string): never => {
    throw new InvalidArgumentError(`partition must name a period for a backfill, such as date={day}${why}.`, {
      field: 'partition',
    });
  };
  if (!unit) return refuse('');
  if (placeholders.some((part) => part.offset !== 0)) return refuse(', as it is: nothing before or after it');
  if (unit === 'week' && placeholders.length > 1) return refuse('; a week lies in no month or year');
  return unit;
}

/** The periods of a unit that a value stands for. */
function periodsOf(value: string, unit: PeriodUnit, field: string): Period[] {
  for (const each of [unit, ...longerThan(unit)]) {
    const period = parsePeriod(value, each);
    if (!period) continue;
    if (each === unit) return [period];
    return unit === 'week' ? weeksOf(period) : fanOut(period, unit);
  }
  throw notAPeriod(field, value, [unit, ...longerThan(unit)]);
}

/** From short to long. No month begins or ends with a week. */
const longerThan = (unit: PeriodUnit): readonly PeriodUnit[] =>
  PERIODS.slice(PERIODS.indexOf(unit) + 1).filter((each) => each !== 'week' || unit === 'hour' || unit === 'day');

const EXAMPLES: Readonly<Record<PeriodUnit, string>> = {
  hour: '2019-01-01T05',
  day: '2019-01-01',
  week: '2019-W01',
  month: '2019-01',
  year: '2019',
};

function notAPeriod(field: string, value: string, units: readonly PeriodUnit[]): InvalidArgumentError {
  const what = units.length === PERIODS.length ? 'period' : oneOf(units);
  const forms = oneOf(units.map((unit) => EXAMPLES[unit]));
  return new InvalidArgumentError(`${field} must be a ${what}: ${forms}. Got ${JSON.stringify(value.slice(0, 80))}.`, {
    field,
  });
}

/** `a, b or c` */
const oneOf = (words: readonly string[]): string => words.join(', ').replace(/, (?=[^,]*$)/, ' or ');
