// What a finished run feeds: which slots of its targets, with which of its partitions.

import { InvalidArgumentError } from './errors';
import type { ErrorDetails } from './errors';
import type { Relation, Run, WrittenPartition } from './model';
import { checkPartitionKey, expectedForm, mapPartition } from './partition';

/** A relation, or one that is to be: that has no id yet. */
export type Feeding = Pick<Relation, 'targetKey' | 'partition'> & Partial<Pick<Relation, 'id'>>;

/** Queue rows of one finish: they are written in one transaction, which has the half minute of an activity's attempt. */
export const MAX_QUEUE_ROWS = 50_000;

/** What a run wrote: one partition of several, or all that it has. */
type Part = Omit<WrittenPartition, 'partitionKey'> & { readonly partitionKey: string | null };

export interface Feed extends Part {
  readonly relation: Relation;
  /** Which of the run's partitions: 0, 1, … */
  readonly part: number;
  readonly slot: string;
}

/**
 * `slotsOf`: of one relation and one partition.
 * @throws InvalidArgumentError naming `field`, where it is more than a finish may leave; and what `slotsOf` throws.
 */
export function feedsOf(
  relations: readonly Relation[],
  parts: readonly Part[],
  slotsOf: (relation: Relation, partitionKey: string | null) => string[],
  field: string,
): Feed[] {
  const feeds: Feed[] = [];
  for (const relation of relations) {
    for (const [part, written] of parts.entries()) {
      const slots = slotsOf(relation, written.partitionKey);
      for (const slot of slots) feeds.push({ ...written, relation, part, slot });
      if (feeds.length > MAX_QUEUE_ROWS) throw tooMany(relations.length, parts.length, field);
    }
  }
  return feeds;
}

function tooMany(relations: number, parts: number, field: string): InvalidArgumentError {
  const max = MAX_QUEUE_ROWS.toLocaleString('en');
  const over = `${String(parts)} partitions for ${String(relations)} targets, each in all slots that the mappings say`;
  return new InvalidArgumentError(
    `This would be more than ${max} rows for the targets' queues (${over}), which is too much for one finish. Report fewer partitions a finish, in several runs, or map them to coarser periods (month→day rather than month→hour).`,
    { field, max: MAX_QUEUE_ROWS },
  );
}

/** @throws InvalidArgumentError naming `field`, where the relation can't take the partition. */
export function slotsOf(relation: Feeding, partitionKey: string | null, field: string): string[] {
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
export function checkTakesOpen(relation: Feeding & Pick<Relation, 'sourceKey'>, { runId, slot }: Held): void {
  const details = { field: 'partition', runId, partitionKey: slot };
  const advice = `Run ${runId} of ${relation.sourceKey} is open for that partition and couldn't succeed any more: finish or cancel it first, or choose another mapping.`;
  take(relation, slot, 'the partition', details, advice);
}

function take(
  { targetKey, partition }: Feeding,
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

/** Of runs that are still to open. @throws InvalidArgumentError naming `field`, where some target can't take the partition. */
export function checkTargets(relations: readonly Feeding[], partitionKey: string, field: string): void {
  for (const relation of relations) {
    const details = { field, relationId: relation.id };
    const advice = `Give a ${field} that ${relation.targetKey} can take, or associate the two by another mapping.`;
    take(relation, partitionKey, field, details, advice);
  }
}
