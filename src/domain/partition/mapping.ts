// Partition mappings: which slots of a target a source's run feeds. Source runs meet in a slot only by their period or part,
// so data of different periods is never joined, in whatever order it comes.

import { InvalidArgumentError } from '../errors';
import { joinParts, partsOf } from './key';
import { fanOut, formatPeriod, parsePeriod, PERIODS, rollUp } from './period';
import type { Period, PeriodUnit } from './period';

/**
 * `same`: the slot of the source's partition. `all`, `none`: a target that doesn't run per partition consumes every run.
 * `hour→day`: the coarser period that the partition lies in; `month→day`: each finer one that it is made of; `… as date`
 * renames that part, so that sources with different names meet (`day→day as date` does nothing else). `keep:date`: those parts of the key alone
 * (`region=eu/date=2019-01-01` → `date=2019-01-01`).
 */
export type PartitionMapping =
  | 'same'
  | 'all'
  | 'none'
  | `${PeriodUnit}→${PeriodUnit}`
  | `${PeriodUnit}→${PeriodUnit} as ${string}`
  | `keep:${string}`;

/** Pairs that divide without a rest: a week lies in no month. */
const COARSER: Readonly<Record<PeriodUnit, readonly PeriodUnit[]>> = {
  hour: ['day', 'week', 'month', 'year'],
  day: ['week', 'month', 'year'],
  week: [],
  month: ['year'],
  year: [],
};

/** Of a part; well-formed text without blanks at its ends. */
const NAME = /^[^=/,\s](?:[^=/,]*[^=/,\s])?$/;

const isName = (text: string): boolean => NAME.test(text) && text.isWellFormed();

const EXAMPLES = "'same', 'all', 'none', 'hour→day', 'month→day as date', 'keep:date'";

/** Reads a mapping; `->` may stand for the arrow. @throws InvalidArgumentError */
export function parseMapping(text: string, field = 'partition'): PartitionMapping {
  if (text === 'same' || text === 'all' || text === 'none') return text;
  if (text.length > 250) throw unknown(text, field);
  const [, kept] = /^keep: ?(.+)$/.exec(text) ?? [];
  if (kept !== undefined) {
    const names = kept.split(',').map((name) => name.trim());
    if (names.every(isName) && new Set(names).size === names.length) return `keep:${names.join(',')}`;
    throw unknown(text, field);
  }
  const [, from, to, name] = /^(\w+) ?(?:→|->) ?(\w+)(?: as (.+))?$/.exec(text) ?? [];
  if (!isUnit(from) || !isUnit(to) || (name !== undefined && !isName(name))) throw unknown(text, field);
  // A year of hours is too much for one transaction to queue.
  const fansOut = COARSER[to].includes(from) && !(from === 'year' && to === 'hour');
  const renames = from === to && name !== undefined;
  if (!COARSER[from].includes(to) && !fansOut && !renames) {
    throw new InvalidArgumentError(
      `${field} ${JSON.stringify(text)} isn't possible: ${withArticle(from)} neither lies in one ${to}, nor is it made of a thousand of them at most; the same one takes a new name (day→day as date).`,
      { field },
    );
  }
  return name === undefined ? `${from}→${to}` : `${from}→${to} as ${name}`;
}

/** The mapping that a relation gets when none is given. */
export const defaultMapping = (targetPartitioned: boolean): PartitionMapping => (targetPartitioned ? 'same' : 'all');

/**
 * Checks that a mapping suits its target: a partitioned target needs to know which of its slots a source run feeds.
 * @throws InvalidArgumentError
 */
export function checkMapping(mapping: PartitionMapping, targetPartitioned: boolean): void {
  const one = mapping === 'all' || mapping === 'none';
  if (targetPartitioned !== one) return;
  throw new InvalidArgumentError(
    targetPartitioned
      ? `The target runs per partition, so partition must say which: 'same', a roll-up such as 'hour→day', or 'keep:…', not '${mapping}'.`
      : `The target doesn't run per partition, so partition must be 'all' or 'none', not '${mapping}'; or register it with partitioned: true.`,
    { field: 'partition', mapping },
  );
}

/**
 * The slots that a source run feeds, by their partitions; `''` is the slot of a dataflow that doesn't run per partition.
 * Undefined when the mapping can't take the source's partition: it has none, or not of that form.
 */
export function mapPartition(mapping: PartitionMapping, sourcePartition: string | null): string[] | undefined {
  if (mapping === 'all' || mapping === 'none') return [''];
  if (sourcePartition === null) return undefined;
  if (mapping === 'same') return [sourcePartition];
  if (mapping.startsWith('keep:')) return keep(keptNames(mapping), sourcePartition);
  const conversion = conversionOf(mapping);
  return conversion && convert(sourcePartition, conversion);
}

/** Whether it takes whatever partition a source's run is for. */
export const takesAny = (mapping: PartitionMapping): boolean => ['all', 'none', 'same'].includes(mapping);

/** Whether several of a source's partitions meet in one slot: a roll-up, or some parts of the key. */
export function joinsPartitions(mapping: PartitionMapping): boolean {
  const conversion = conversionOf(mapping);
  return mapping.startsWith('keep:') || (conversion !== undefined && COARSER[conversion.from].includes(conversion.to));
}

/** What a partition has to look like for a mapping, for people. */
export function expectedForm(mapping: PartitionMapping): string {
  if (mapping.startsWith('keep:'))
    return `parts named ${mapping.slice('keep:'.length)}, such as region=eu/date=2019-01-01`;
  const conversion = conversionOf(mapping);
  if (!conversion) return 'a partition, such as import_date=2019-01-01';
  return `a part that is ${withArticle(conversion.from)}, such as ${EXAMPLE[conversion.from]}`;
}

export const withArticle = (unit: string): string => `${unit === 'hour' ? 'an' : 'a'} ${unit}`;

export const EXAMPLE: Readonly<Record<PeriodUnit, string>> = {
  hour: 'hour=2019-01-01T05',
  day: 'date=2019-01-01',
  week: 'week=2019-W01',
  month: 'month=2019-01',
  year: 'year=2019',
};

/** Of `keep:…`: the names of the parts. */
export const keptNames = (mapping: PartitionMapping): string[] => mapping.slice('keep:'.length).split(',');

function keep(names: readonly string[], partition: string): string[] | undefined {
  const parts = partsOf(partition);
  const kept = names.map((name) => parts.find((part) => part.name === name));
  const found = kept.filter((part) => part !== undefined);
  return found.length === names.length ? [joinParts(found)] : undefined;
}

/** A mapping of periods, taken apart. */
export interface Conversion {
  readonly from: PeriodUnit;
  readonly to: PeriodUnit;
  /** What the part is called then; undefined: as before. */
  readonly name: string | undefined;
}

/** Undefined for a mapping that isn't one of periods. */
export function conversionOf(mapping: PartitionMapping): Conversion | undefined {
  const [, from, to, name] = /^(\w+)→(\w+)(?: as (.+))?$/.exec(mapping) ?? [];
  return isUnit(from) && isUnit(to) ? { from, to, name } : undefined;
}

/** The last part that is such a period; the others stay as they are. */
function convert(partition: string, { from, to, name }: Conversion): string[] | undefined {
  const parts = partsOf(partition);
  const at = parts.findLastIndex(({ value }) => parsePeriod(value, from));
  const part = parts[at];
  const period = part && parsePeriod(part.value, from);
  if (!period) return undefined;
  const periods: Period[] =
    from === to ? [period] : COARSER[from].includes(to) ? [rollUp(period, to)] : fanOut(period, to);
  return periods.map((each) => joinParts(parts.with(at, { name: name ?? part.name, value: formatPeriod(each) })));
}

function isUnit(word: string | undefined): word is PeriodUnit {
  return PERIODS.some((unit) => unit === word);
}

const unknown = (text: string, field: string): InvalidArgumentError =>
  new InvalidArgumentError(
    `${field} must be a mapping such as ${EXAMPLES}. Got ${JSON.stringify(text.slice(0, 80))}.`,
    {
      field,
    },
  );
