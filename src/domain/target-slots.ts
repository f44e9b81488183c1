// Which slots of its targets a run's partition feeds.

import { InvalidArgumentError } from './errors';
import type { Relation } from './model';
import { checkPartitionKey, expectedForm, mapPartition } from './partition';

/** @throws InvalidArgumentError naming `field`, where the relation can't take the partition. */
export function slotsOf(relation: Relation, partitionKey: string | null, field: string): string[] {
  const slots = mapPartition(relation.partition, partitionKey);
  if (slots) {
    // A partition's part may be none itself: with a blank at its end, or renamed beyond what a key holds.
    const called = `${field}, as ${relation.targetKey} consumes it (${relation.partition}),`;
    for (const slot of slots) if (slot !== '') checkPartitionKey(slot, field, called);
    return slots;
  }
  const got = partitionKey === null ? 'none was given' : `${partitionKey} has none`;
  throw new InvalidArgumentError(
    `${relation.targetKey} consumes this by partition (${relation.partition}), which needs ${expectedForm(relation.partition)}; ${got}. Say which partition was written with ${field}.`,
    { field, relationId: relation.id },
  );
}
