// Which slots of its targets a run's partition feeds.

import { InvalidArgumentError } from './errors';
import type { ErrorDetails } from './errors';
import type { Relation, Run } from './model';
import { checkPartitionKey, expectedForm, mapPartition } from './partition';

/** As much of a relation as there is before it is kept. */
type Mapped = Pick<Relation, 'sourceKey' | 'targetKey' | 'partition'>;

/** @throws InvalidArgumentError naming `field`, where the relation can't take the partition. */
export function slotsOf(relation: Relation, partitionKey: string | null, field: string): string[] {
  const details = { field, relationId: relation.id };
  return take(relation, partitionKey, field, details, `Say which partition was written with ${field}.`);
}

/** Of a partition that its run holds. */
type Held = Pick<Run, 'runId' | 'slot'>;

/**
 * What a run of a partition's slot feeds. It can report no other partition: a relation that can't take this one came after it.
 * @throws InvalidArgumentError
 */
export function slotsOfHeld(relation: Relation, { runId, slot }: Held): string[] {
  const { id: relationId, sourceKey, targetKey } = relation;
  // The run's status is what can be another one.
  const details = { field: 'status', relationId, runId, partitionKey: slot };
  const advice = `Run ${runId} holds that partition, so it can't report another: terminate the relation first (dlc relation terminate ${sourceKey} ${targetKey}), and associate the two by another mapping; or end the run otherwise, as error or cancelled.`;
  return take(relation, slot, 'its partition', details, advice);
}

/** @throws InvalidArgumentError for a mapping by which an open run of the source couldn't succeed. */
export function checkTakesOpen(relation: Mapped, { runId, slot }: Held): void {
  const details = { field: 'partition', runId, partitionKey: slot };
  const advice = `Run ${runId} of ${relation.sourceKey} is open for that partition and couldn't succeed any more: finish or cancel it first, or choose another mapping.`;
  take(relation, slot, 'the partition', details, advice);
}

function take(
  { targetKey, partition }: Mapped,
  partitionKey: string | null,
  called: string,
  details: ErrorDetails,
  advice: string,
): string[] {
  const slots = mapPartition(partition, partitionKey);
  if (!slots) {
    const got = partitionKey === null ? 'none was given' : `${partitionKey} has none`;
    throw new InvalidArgumentError(
      `${targetKey} consumes this by partition (${partition}), which needs ${expectedForm(partition)}; ${got}. ${advice}`,
      details,
    );
  }
  // A partition's part may be none itself: with a blank at its end, or renamed beyond what a key holds.
  const field = String(details['field']);
  for (const slot of slots) {
    if (slot === '') continue;
    try {
      checkPartitionKey(slot, field, `${called}, as ${targetKey} consumes it (${partition}),`);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new InvalidArgumentError(called === field ? error.message : `${error.message} ${advice}`, details);
    }
  }
  return slots;
}
