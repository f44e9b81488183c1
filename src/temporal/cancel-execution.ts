// Cancels the execution that works for a run.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { MESSAGES } from '../domain/messages';
import type { Run } from '../domain/model';
import type { RunStatus } from '../domain/protocol';

/**
 * Returns the execution's run ID; never cancels another run's, which may have come into the slot meanwhile. Undefined: none
 * works for it any more.
 */
export async function cancelExecution(
  { workflow }: Client,
  run: Pick<Run, 'workflowId' | 'runId'>,
): Promise<string | undefined> {
  try {
    await workflow.getHandle(run.workflowId, run.runId).cancel();
    return run.runId;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  // It may have continued as new while it waited, or have been reset: then another execution goes on as this run.
  try {
    const { runId: execution, status } = await workflow.getHandle(run.workflowId).describe();
    const current = workflow.getHandle(run.workflowId, execution);
    if (status.name !== 'RUNNING' || (await current.query<RunStatus>(MESSAGES.status)).runId !== run.runId)
      return undefined;
    await current.cancel();
    return execution;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
