// Cancels an open run.

import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import type { Run } from '../domain/model';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { getRun } from '../store';
import type { Context } from './context';
import { isGone, toDlcError } from './temporal-errors';

/** Returns the run once its end is in MySQL, or as it is when the time is over: a job may take long to stop. */
export async function cancelRun(context: Context, runId: string, timeoutMs: number): Promise<Run> {
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) throw runEnded(run);
  const handle = context.temporal.workflow.getHandle(run.workflowId);
  const deadline = Date.now() + timeoutMs;
  try {
    await context.temporal.withDeadline(deadline, () => handle.cancel());
  } catch (error) {
    if (!isGone(error)) throw toDlcError(error, `cancelling run ${runId}`);
  }
  try {
    await context.temporal.withDeadline(deadline, () =>
      context.temporal.workflow.result(run.workflowId, undefined, { followRuns: false }),
    );
  } catch (error) {
    const ended = error instanceof WorkflowFailedError || error instanceof WorkflowContinuedAsNewError || isGone(error);
    if (!ended && Date.now() < deadline) throw toDlcError(error, `cancelling run ${runId}`);
  }
  return getRun(context.db, runId);
}
