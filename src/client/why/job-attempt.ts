// How often Temporal has tried a run's job by now, and what went wrong the last time. Temporal alone knows; where it can't be asked,
// the answer to "why?" does without.

import type { Client } from '@temporalio/client';
import type { Dataflow, Run } from '../../domain/model';
import type { JobAttempt } from '../../domain/why';
import type { Context } from '../context';

/** A person waits, and has the rest of the answer already. */
const TIMEOUT_MS = 2_000;

export async function jobAttempt(
  { calls, temporal }: Pick<Context, 'calls' | 'temporal'>,
  { job }: Dataflow,
  run: Run,
): Promise<JobAttempt | null> {
  if (run.state !== 'started' || job.type === 'external') return null;
  try {
    return await calls.run(temporal, Date.now() + TIMEOUT_MS, 'asking for the job', async () => {
      const { raw } = await temporal.workflow.getHandle(run.workflowId).describe();
      if (job.type === 'workflow') return childAttempt(temporal, raw.pendingChildren?.[0]?.workflowId);
      const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === job.name);
      return pending ? { attempt: pending.attempt ?? 1, lastFailure: pending.lastFailure?.message ?? null } : null;
    });
  } catch {
    return null;
  }
}

/** An execution tells in its first event which attempt it is. */
async function childAttempt(
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
