// Cancels an open run.

import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import type { Run } from '../domain/model';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { getRun } from '../store';
import { cancelExecution } from '../temporal/cancel-execution';
import type { Context } from './context';
import { isGone, toDlcError } from './temporal-errors';

/** Returns the run once its end is in MySQL, or as it is when the time is over: a job may take long to stop. */
export async function cancelRun(context: Context, runId: string, timeoutMs: number): Promise<Run> {
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) throw runEnded(run);
  const { temporal, calls } = context;
  const doing = `cancelling run ${runId}`;
  const deadline = Date.now() + timeoutMs;
  try {
    await calls.run(temporal, deadline, doing, async () => {
      const execution = await cancelExecution(temporal, run);
      if (execution) await temporal.workflow.result(run.workflowId, execution, { followRuns: false });
    });
  } catch (error) {
    const ended = error instanceof WorkflowFailedError || error instanceof WorkflowContinuedAsNewError || isGone(error);
    if (!ended && Date.now() < deadline) throw toDlcError(error, doing);
  }
  return getRun(context.db, runId);
}
