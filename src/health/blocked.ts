// What a partition has to be for a run of it to open: a slot whose rule is met may be one in which none can.

import { samplePartitionOf } from '../domain/backfill';
import type { BackfillRequest } from '../domain/backfill';
import { InvalidArgumentError } from '../domain/errors';
import type { Dataflow } from '../domain/model';
import { startRule } from '../domain/rule';
import type { DependencyCheck, RuleNode } from '../domain/rule';
import { checkFed } from '../domain/source-slots';
import type { ToOpen } from '../domain/source-slots';
import type { Deadline } from '../domain/start';
import { checkTargets } from '../domain/target-slots';
import { partitionRuns, relationsOfSource, ruleSources } from '../store';
import type { Queryable } from '../store';

/**
 * A partition that a target can't take is refused at the start rather than at the run's end, when the work is done.
 * @throws InvalidArgumentError naming `field`.
 */
export async function checkPartition(
  db: Queryable,
  dataflow: Pick<Dataflow, 'id'>,
  partitionKey: string | null,
  field = 'partitionKey',
): Promise<void> {
  if (partitionKey !== null) checkTargets(await relationsOfSource(db, dataflow.id), partitionKey, field);
}

/** What runs to come are to wait by; null: as their dataflow says. */
export interface Asked {
  readonly dependencyCheck: DependencyCheck | RuleNode | null;
  readonly deadline: Deadline | null;
}

/**
 * A partition that no source can feed, where the run would wait for one, is refused too: it would wait for ever.
 * @throws InvalidArgumentError naming `field`.
 */
export async function checkFedPartition(
  db: Queryable,
  dataflow: Dataflow,
  partitionKey: string | null,
  { dependencyCheck, deadline }: Asked,
  field: string,
): Promise<void> {
  const { trigger } = dataflow;
  const rule = startRule(dependencyCheck ?? trigger.when);
  await checkFedSlot(db, dataflow, { slot: partitionKey ?? '', rule, deadline: deadline ?? trigger.deadline }, field);
}

/** As `checkFedPartition`, of a run that is about to open. @throws InvalidArgumentError naming `field`. */
export async function checkFedSlot(
  db: Queryable,
  { id, key, partitioned }: Dataflow,
  run: Omit<ToOpen, 'target'>,
  field = 'partitionKey',
): Promise<void> {
  if (!partitioned || run.slot === '') return;
  const { sources, leftOut } = await ruleSources(db, id);
  checkFed({ target: key, slot: run.slot, rule: run.rule, deadline: run.deadline }, sources, leftOut, field);
}

/**
 * Its partitions are alike, so that the first one stands for all.
 * @throws InvalidArgumentError naming `partition`.
 */
export async function checkBackfill(db: Queryable, dataflow: Dataflow, request: BackfillRequest): Promise<void> {
  const sample = samplePartitionOf(request);
  await checkPartition(db, dataflow, sample, 'partition');
  // What had a run is run once more with the sources that it had.
  if (sample === null || (await partitionRuns(db, dataflow.id, [sample])).size > 0) return;
  await checkFedPartition(db, dataflow, sample, request, 'partition');
}

const AS_IT_IS: Asked = { dependencyCheck: null, deadline: null };

/** What a start in the slot would be refused with, in words; null: one can open. */
export async function whatBlocks(db: Queryable, dataflow: Dataflow, slot: string): Promise<string | null> {
  const partition = slot === '' ? null : slot;
  try {
    await checkPartition(db, dataflow, partition);
    await checkFedPartition(db, dataflow, partition, AS_IT_IS, 'partitionKey');
    return null;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}
