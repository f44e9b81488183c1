// The other end of a mapping: which slots of a target it can fill at all. Whatever waits in any other waits in vain.

import { partsOf } from './key';
import { conversionOf, EXAMPLE, keptNames, withArticle } from './mapping';
import type { Conversion, PartitionMapping } from './mapping';
import { formatPeriod, parsePeriod } from './period';
import type { PeriodUnit } from './period';

/** Whether some partition of a source is mapped to the slot; `''` is the slot of a dataflow that doesn't run per partition. */
export function mayProduce(mapping: PartitionMapping, slot: string): boolean {
  if (mapping === 'all' || mapping === 'none') return slot === '';
  if (slot === '' || mapping === 'same') return slot !== '';
  const conversion = conversionOf(mapping);
  if (conversion) return isConverted(slot, conversion);
  const [parts, names] = [partsOf(slot), keptNames(mapping)];
  return parts.length === names.length && parts.every(({ name }, at) => name === names[at]);
}

/** A part is what a period was made into, unless one after it would have been taken in its place. */
function isConverted(slot: string, { from, to, name }: Conversion): boolean {
  const parts = partsOf(slot);
  const last = parts.findLastIndex(({ value }) => parsePeriod(value, from));
  return parts.some(
    (part, at) => at >= last && (name === undefined || part.name === name) && isWritten(part.value, to),
  );
}

/** `2019-01-01-05` is read as an hour, but written as `2019-01-01T05`. */
function isWritten(value: string, unit: PeriodUnit): boolean {
  const period = parsePeriod(value, unit);
  return period !== undefined && formatPeriod(period) === value;
}

/** What the slots that a mapping fills look like, for people. */
export function producedForm(mapping: PartitionMapping): string {
  const conversion = conversionOf(mapping);
  if (!conversion) return `the parts ${keptNames(mapping).join(', ')} and no others, in this order`;
  const { to, name } = conversion;
  const [usual, value] = EXAMPLE[to].split('=');
  return `a part ${name === undefined ? '' : `named ${name} `}that is ${withArticle(to)}, such as ${name ?? usual}=${value}`;
}
