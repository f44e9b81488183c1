// Ends a run and queues it for its targets, in one transaction; then, in a new one, looks whom to wake (rule 2).

import { InvalidArgumentError, RunNotFoundError, RunNotStartedError } from '../domain/errors';
import type { JobReport } from '../domain/finish-request';
import type { RunId } from '../domain/ids';
import type { Run } from '../domain/model';
import type { FinishedRun } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { canMove, isOpen } from '../domain/run-state';
import type { EndState } from '../domain/run-state';
import { isSameFinish } from '../domain/same-finish';
import { endRun, insertEvent, insertQueueRows, lockRun, relationsOfSource } from '../store';
import type { Queryable } from '../store';
import type { AttemptDeps, Execution } from './deps';
import { slotsOf } from './target-slots';
import { afterEnd } from './after-end';

/** How a run ends. `expired` and `orphaned` are decided elsewhere. */
export type FinishState = Extract<EndState, 'success' | 'error' | 'cancelled'>;
export type RunReport = Omit<JobReport, 'status'> & { readonly status: FinishState };

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
  const partitionKey = checkPartition(run, report);
  if (report.status === 'success') {
    const relations = await relationsOfSource(tx, run.dataflowId);
    const rows = relations.flatMap((relation) =>
      slotsOf(relation, partitionKey, 'dataflowPartitionKey').map((targetSlot) => ({
        relationId: relation.id,
        targetDataflowId: relation.targetDataflowId,
        targetSlot,
      })),
    );
    await insertQueueRows(tx, { runId, dataflowId: run.dataflowId, partitionKey }, rows);
  }
  await endRun(tx, runId, report.status, report);
  const { status: state, recordCount, dataflowBatchRunId: batchRunId, message } = report;
  await insertEvent(tx, runId, run.dataflowId, state, { recordCount, batchRunId, partitionKey, message });
  return { ...run, state, recordCount, batchRunId, partitionKey, message };
}

function checkPartition(run: Run, report: RunReport): string | null {
  const reported = report.dataflowPartitionKey;
  if (reported !== null && run.slot !== '' && reported !== run.slot) {
    throw new InvalidArgumentError(
      `Run ${run.runId} holds the partition ${run.slot} of ${run.dataflow}; it can't report ${reported}. Leave dataflowPartitionKey out, or start a run for that partition.`,
      { field: 'dataflowPartitionKey', expected: run.slot },
    );
  }
  return reported ?? run.partitionKey;
}
