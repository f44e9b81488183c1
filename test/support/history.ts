// What Temporal wrote of a workflow.

import type { Client } from '@temporalio/client';

/** The names of a history's events, in order, for example `WORKFLOW_EXECUTION_STARTED`. */
export async function eventTypes(client: Client, workflowId: string, runId?: string): Promise<string[]> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { temporal } = await import('@temporalio/proto');
  return (history.events ?? []).map((event) =>
    (temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? '').replace('EVENT_TYPE_', ''),
  );
}
