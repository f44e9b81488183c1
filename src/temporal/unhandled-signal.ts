// Whether an execution was sent a signal that no worker of its has handled yet. Its history tells, without a worker.

import type { Client } from '@temporalio/client';
import type { Running } from './running';

/** Events read at once, from the newest. */
const PAGE = 200;

export async function hasUnhandledSignal(
  { workflowService, options }: Client,
  { workflowId, runId }: Pick<Running, 'workflowId' | 'runId'>,
  signal: string,
): Promise<boolean> {
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.getWorkflowExecutionHistoryReverse({
      namespace: options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: PAGE,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const event of page.history?.events ?? []) {
      if (event.workflowExecutionSignaledEventAttributes?.signalName === signal) return true;
      // What came before it was handled with it.
      if (event.workflowTaskCompletedEventAttributes) return false;
    }
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
  return false;
}
