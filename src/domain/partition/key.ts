// Partition keys: which slice of data a run wrote, for example `import_date=2019-01-01` or `region=eu/date=2019-01-01`.

import { InvalidArgumentError } from '../errors';
import { percentEncode, utf8Length } from '../percent';

/** Longest partition key, percent-encoded, in UTF-8 bytes (see MAX_KEY_BYTES). */
export const MAX_PARTITION_BYTES = 480;

/**
 * Checks a partition key; several parts are joined with `/`. Free text is allowed: only mappings that take it apart need
 * the `name=value` form.
 * `called`: what the message calls it, where that isn't the field.
 * @throws InvalidArgumentError when it is empty, not well-formed text, padded with blanks, or too long.
 */
export function checkPartitionKey(partitionKey: string, field = 'partitionKey', called = field): string {
  if (partitionKey === '' || partitionKey !== partitionKey.trim() || !partitionKey.isWellFormed()) {
    throw new InvalidArgumentError(
      `${called} ${JSON.stringify(partitionKey)} must be text without blanks at its ends, for example import_date=2019-01-01.`,
      { field },
    );
  }
  if (utf8Length(percentEncode(partitionKey)) > MAX_PARTITION_BYTES) {
    throw new InvalidArgumentError(`${called} is longer than ${MAX_PARTITION_BYTES} bytes; shorten it.`, { field });
  }
  return partitionKey;
}

/** One `name=value`; a part without `=` has no name. */
export interface PartitionPart {
  readonly name: string | null;
  readonly value: string;
}

export function partsOf(partitionKey: string): PartitionPart[] {
  return partitionKey.split('/').map((part) => {
    const equals = part.indexOf('=');
    return equals < 0 ? { name: null, value: part } : { name: part.slice(0, equals), value: part.slice(equals + 1) };
  });
}

export const joinParts = (parts: readonly PartitionPart[]): string =>
  parts.map(({ name, value }) => (name === null ? value : `${name}=${value}`)).join('/');
