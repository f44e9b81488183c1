// The partitions of a backfill: each period from one to another, in their order.

import { InvalidArgumentError } from '../errors';
import { checkPartitionKey } from '../partition';
import { fanOut, parsePeriod, PERIODS, shift } from '../partition/period';
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
 * `from` and `to` are periods of the template's finest unit (`2019-01-01`), or longer ones (`2019-01`: all of its days).
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

function unitOf(value: string): PeriodUnit {
  const unit = PERIODS.find((each) => parsePeriod(value, each));
  if (unit) return unit;
  throw notAPeriod('from', value, 'a period');
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
  const same = parsePeriod(value, unit);
  if (same) return [same];
  const longer = PERIODS.slice(PERIODS.indexOf(unit) + 1).filter((each) => unit !== 'week' && each !== 'week');
  for (const each of longer) {
    const period = parsePeriod(value, each);
    if (period) return fanOut(period, unit);
  }
  throw notAPeriod(field, value, `a ${unit}, or a longer period`);
}

const notAPeriod = (field: string, value: string, what: string): InvalidArgumentError =>
  new InvalidArgumentError(
    `${field} must be ${what}: 2019-01-01T05, 2019-01-01, 2019-W01, 2019-01 or 2019. Got ${JSON.stringify(value.slice(0, 80))}.`,
    { field },
  );
