// Whether a workflow ID has a running execution.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';

/** Of an execution that goes on, or may. */
export const ALIVE: ReadonlySet<string> = new Set(['RUNNING', 'PAUSED']);

/** Run ID of the workflow ID's running execution; undefined: none runs. */
export async function runningExecution({ workflow }: Client, workflowId: string): Promise<string | undefined> {
  try {
    const execution = await workflow.getHandle(workflowId).describe();
    return ALIVE.has(execution.status.name) ? execution.runId : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
