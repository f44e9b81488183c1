// A person pauses a workflow's execution in Temporal, and unpauses it.

import type { Lake } from './lake';
import { eventually } from './wait';

const at = (workflowId: string) => ({ namespace: 'default', workflowId, identity: 'ann', reason: 'a look at it' });

export async function pauseExecution({ client }: Lake, workflowId: string): Promise<void> {
  await client.workflowService.pauseWorkflowExecution(at(workflowId));
  await eventually(
    () => client.workflow.getHandle(workflowId).describe(),
    ({ status }) => status.name === 'PAUSED',
  );
}

export async function unpauseExecution({ client }: Lake, workflowId: string): Promise<void> {
  await client.workflowService.unpauseWorkflowExecution(at(workflowId));
}
