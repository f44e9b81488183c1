// Which slots of its targets a run's partition feeds.

import { InvalidArgumentError } from '../domain/errors';
import type { Relation } from '../domain/model';
import { expectedForm, mapPartition } from '../domain/partition';

/** @throws InvalidArgumentError naming `field`, where the relation can't take the partition. */
export function slotsOf(relation: Relation, partitionKey: string | null, field: string): string[] {
  const slots = mapPartition(relation.partition, partitionKey);
  if (slots) return slots;
  const got = partitionKey === null ? 'none was given' : `${partitionKey} has none`;
  throw new InvalidArgumentError(
    `${relation.targetKey} consumes this by partition (${relation.partition}), which needs ${expectedForm(relation.partition)}; ${got}. Say which partition was written with ${field}.`,
    { field, relationId: relation.id },
  );
}
