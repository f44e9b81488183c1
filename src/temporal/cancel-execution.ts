// Cancels the execution that works for a run.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGES } from '../domain/messages';
import type { Run } from '../domain/model';
import type { RunStatus } from '../domain/protocol';

/**
 * Returns the execution's run ID; never cancels another run's, which may have come into the slot meanwhile. Undefined: none
 * works for it any more.
 */
export async function cancelExecution(
  { workflow }: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<string | undefined> {
  // A cancel that names a closed execution is no error to the server: it has to be asked.
  if (await cancelRunning(workflow.getHandle(workflowId, runId))) return runId;
  // It may have continued as new while it waited, or have been reset: then another execution goes on as this run.
  try {
    const { runId: execution, status } = await workflow.getHandle(workflowId).describe();
    const current = workflow.getHandle(workflowId, execution);
    if (status.name !== 'RUNNING' || (await current.query<RunStatus>(MESSAGES.status)).runId !== runId)
      return undefined;
    return (await cancelRunning(current)) ? execution : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function cancelRunning(execution: WorkflowHandle): Promise<boolean> {
  try {
    const { status } = await execution.describe();
    if (status.name === 'RUNNING') await execution.cancel();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
