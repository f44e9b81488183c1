// Partition keys: which slice of data a run wrote, and which slot of a target that slice belongs to.

import { InvalidArgumentError } from './errors';
import { percentEncode, utf8Length } from './percent';

/** Longest partition key, percent-encoded, in UTF-8 bytes (see MAX_KEY_BYTES). */
export const MAX_PARTITION_BYTES = 480;

/** How the partition of a source's run maps to its target's slot. */
export const PARTITION_MAPPINGS = ['same', 'all', 'none'] as const;
export type PartitionMapping = (typeof PARTITION_MAPPINGS)[number];

/**
 * Checks a partition key, for example `import_date=2019-01-01`; several parts are joined with `/`. Free text is allowed:
 * only mappings that take it apart need the `name=value` form.
 * @throws InvalidArgumentError when it is empty, not well-formed text, padded with blanks, or too long.
 */
export function checkPartitionKey(partitionKey: string, field = 'partitionKey'): string {
  if (partitionKey === '' || partitionKey !== partitionKey.trim() || !partitionKey.isWellFormed()) {
    throw new InvalidArgumentError(
      `${field} ${JSON.stringify(partitionKey)} must be text without blanks at its ends, for example import_date=2019-01-01.`,
      { field },
    );
  }
  if (utf8Length(percentEncode(partitionKey)) > MAX_PARTITION_BYTES) {
    throw new InvalidArgumentError(`${field} is longer than ${MAX_PARTITION_BYTES} bytes; shorten it.`, { field });
  }
  return partitionKey;
}

/** The mapping that a relation gets when none is given. */
export function defaultMapping(targetPartitioned: boolean): PartitionMapping {
  return targetPartitioned ? 'same' : 'all';
}

/**
 * Checks that a mapping suits its target: a partitioned target needs to know which of its slots a source run feeds.
 * @throws InvalidArgumentError
 */
export function checkMapping(mapping: PartitionMapping, targetPartitioned: boolean): void {
  if (targetPartitioned !== (mapping === 'same')) {
    throw new InvalidArgumentError(
      targetPartitioned
        ? `The target runs per partition, so partition must be 'same', not '${mapping}'.`
        : `The target doesn't run per partition, so partition must be 'all' or 'none', not 'same'; or register it with partitioned: true.`,
      { field: 'partition', expected: targetPartitioned ? ['same'] : ['all', 'none'] },
    );
  }
}

/**
 * The target slot's partition that a source run feeds; `''` is the slot of a dataflow that doesn't run per partition.
 * Undefined when the source run has no partition but the mapping needs one.
 */
export function mapPartition(mapping: PartitionMapping, sourcePartition: string | null): string | undefined {
  switch (mapping) {
    case 'same':
      return sourcePartition ?? undefined;
    case 'all':
    case 'none':
      return '';
  }
}
