// Cancels an open run.

import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import type { Run } from '../domain/model';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { getRun } from '../store';
import { cancelExecution } from '../temporal/cancel-execution';
import type { Context } from './context';
import { operate } from './operate';
import { isGone, toDlcError } from './temporal-errors';

/**
 * Returns the run once its end is in MySQL, or as it is when the time is over: a job may take long to stop.
 * @throws RunNotFoundError, RunAlreadyFinishedError
 */
export async function cancelRun(context: Context, runId: string, timeoutMs: number): Promise<Run> {
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) throw runEnded(run);
  return cancelOpen(context, run, timeoutMs);
}

/** Of a run that was open a moment ago. One whose workflow is gone ends `orphaned`. */
export async function cancelOpen(context: Context, run: Run, timeoutMs: number): Promise<Run> {
  const { db } = context;
  const deadline = Date.now() + timeoutMs;
  const ends = await cancelWorkflow(context, run, deadline);
  const now = await getRun(db, run.runId);
  if (ends || !isOpen(now.state)) return now;
  await operate(context, { kind: 'cancelRun', runId: run.runId }, { timeoutMs: deadline - Date.now() });
  return getRun(db, run.runId);
}

/** False: no workflow is known to work for it. */
async function cancelWorkflow({ temporal, calls }: Context, run: Run, deadline: number): Promise<boolean> {
  const doing = `cancelling run ${run.runId}`;
  try {
    return await calls.run(temporal, deadline, doing, async () => {
      const cancelled = await cancelExecution(temporal, run);
      if (typeof cancelled === 'string') return false;
      await temporal.workflow.result(run.workflowId, cancelled.execution, { followRuns: false });
      return true;
    });
  } catch (error) {
    const ended = error instanceof WorkflowFailedError || error instanceof WorkflowContinuedAsNewError || isGone(error);
    if (!ended && Date.now() < deadline) throw toDlcError(error, doing);
    return true;
  }
}
