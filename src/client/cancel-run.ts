// Cancels an open run.

import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { MESSAGES } from '../domain/messages';
import type { Run } from '../domain/model';
import type { RunStatus } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { getRun } from '../store';
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

/**
 * Cancels the execution that works for the run, and returns its run ID; never another run's, which may have come into the
 * slot meanwhile. Undefined: none works for it any more.
 */
async function cancelExecution({ workflow }: Client, run: Run): Promise<string | undefined> {
  try {
    await workflow.getHandle(run.workflowId, run.runId).cancel();
    return run.runId;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  // It may have continued as new while it waited, or have been reset: then another execution goes on as this run.
  const { runId: execution, status } = await workflow.getHandle(run.workflowId).describe();
  const current = workflow.getHandle(run.workflowId, execution);
  if (status.name !== 'RUNNING' || (await current.query<RunStatus>(MESSAGES.status)).runId !== run.runId)
    return undefined;
  await current.cancel();
  return execution;
}
