// Which attempt of a job that is a workflow is the newest.

import type { Client } from '@temporalio/client';
import type { JobAttempt } from '../../domain/why';

/** An execution tells in its first event which attempt it is. */
export async function childAttempt(
  { workflowService, options: { namespace } }: Client,
  workflowId: string | null | undefined,
): Promise<JobAttempt | null> {
  if (!workflowId) return null;
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const begun = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  return begun ? { attempt: begun.attempt ?? 1, lastFailure: begun.continuedFailure?.message ?? null } : null;
}
