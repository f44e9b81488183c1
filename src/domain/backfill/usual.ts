// Whether partitions that a backfill names in the usual way are named as those of its dataflow are.

import { InvalidArgumentError } from '../errors';
import { parsePeriod, PERIODS } from '../partition/period';

/**
 * `sample`: one that it would run. `newest`: one that the dataflow has.
 * @throws InvalidArgumentError where the two are named in different ways, with a template that names them alike.
 */
export function checkUsual(sample: string, newest: string): void {
  if (shape(sample) === shape(newest)) return;
  const template = templateOf(newest);
  const instead = template === undefined ? 'Say' : `Say partition: '${template}', or`;
  throw new InvalidArgumentError(
    `The partitions of this dataflow are named as its newest, ${newest}, and this backfill would run ${sample}. ${instead} how they are named with partition.`,
    { field: 'partition', newest, sample, ...(template !== undefined && { template }) },
  );
}

const shape = (partitionKey: string): string => partitionKey.replace(/\d/g, '0');

/** Undefined: none of its parts is a period, or more than one. */
function templateOf(partitionKey: string): string | undefined {
  const parts = partitionKey.split('/').map((part) => {
    const [name = '', value = ''] = part.split('=', 2);
    const [period] = PERIODS.flatMap((unit) => parsePeriod(value, unit) ?? []);
    const placeholder = period && `{${period.unit}${period.basic && period.unit !== 'year' ? ':basic' : ''}}`;
    return { text: placeholder ? `${name}=${placeholder}` : part, isPeriod: period !== undefined };
  });
  return parts.filter(({ isPeriod }) => isPeriod).length === 1 ? parts.map(({ text }) => text).join('/') : undefined;
}
