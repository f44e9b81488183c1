// Ends a run and queues it for its targets, in one transaction; then, in a new one, looks whom to wake (rule 2).

import { InvalidArgumentError, RunNotFoundError, RunNotStartedError } from '../domain/errors';
import type { RunId } from '../domain/ids';
import type { Run } from '../domain/model';
import type { FinishedRun } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { canMove, isOpen } from '../domain/run-state';
import { isSameFinish } from '../domain/same-finish';
import { slotsOfHeld } from '../domain/target-slots';
import { lockRun, relationsOfSource } from '../store';
import type { Queryable } from '../store';
import type { AttemptDeps, Execution } from './deps';
import { endInTransaction } from './end-run';
import type { RunReport } from './end-run';
import { afterEnd } from './after-end';

/**
 * Ends the run, wakes its targets, and says whether the slot's own queue holds a next run. The same finish twice changes
 * nothing twice, and wakes again: a wake-up too many does no harm.
 * @throws RunNotFoundError, RunNotStartedError, RunAlreadyFinishedError, InvalidArgumentError; nothing is written then.
 */
export async function finishRun(
  deps: AttemptDeps,
  runId: RunId,
  report: RunReport,
  execution: Execution,
): Promise<FinishedRun> {
  const run = await deps.transaction((tx) => end(tx, runId, report));
  return afterEnd(deps, run, execution);
}

async function end(tx: Queryable, runId: RunId, report: RunReport): Promise<Run> {
  const run = await lockRun(tx, runId);
  if (!run) throw new RunNotFoundError(`There is no run ${runId}.`, { runId });
  if (!isOpen(run.state)) {
    if (isSameFinish(run, report)) return run;
    throw runEnded(run);
  }
  if (!canMove(run.state, report.status)) {
    throw new RunNotStartedError(
      `Run ${runId} of ${run.dataflow} still waits for its sources; it can be finished once it has started, or cancelled now.`,
      { runId, state: run.state },
    );
  }
  await checkPartitions(tx, run, report);
  return endInTransaction(tx, run, report);
}

/** A run in a partition's slot wrote that partition. @throws InvalidArgumentError */
export async function checkPartitions(
  tx: Queryable,
  run: Run,
  { status, dataflowPartitionKey, partitions }: Pick<RunReport, 'status' | 'dataflowPartitionKey' | 'partitions'>,
): Promise<void> {
  if (run.slot === '') return;
  const field = partitions ? 'partitions' : 'dataflowPartitionKey';
  const reported = partitions ? partitions.map(({ partitionKey }) => partitionKey) : [dataflowPartitionKey ?? run.slot];
  const strange = reported.find((partition) => partition !== run.slot);
  if (strange === undefined) return;
  // Who reports another partition may do so because its own isn't taken: to leave it out would be refused as well.
  if (status === 'success') {
    for (const relation of await relationsOfSource(tx, run.dataflowId)) slotsOfHeld(relation, run);
  }
  throw new InvalidArgumentError(
    `Run ${run.runId} holds the partition ${run.slot} of ${run.dataflow}; it can't report ${strange}. Leave ${field} out, or start a run for that partition.`,
    { field, expected: run.slot },
  );
}
