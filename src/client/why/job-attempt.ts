// How often Temporal has tried a run's job, and what went wrong the last time. Temporal alone knows; where it can't be asked,
// the answer to "why?" does without.

import type { Dataflow, Run } from '../../domain/model';
import type { JobAttempt } from '../../domain/why';
import { isOpen } from '../../domain/run-state';
import type { Context } from '../context';
import { childAttempt } from './child-attempt';
import { endedJob } from './ended-job';

/** A person waits, and has the rest of the answer already. */
const TIMEOUT_MS = 2_000;

export async function jobAttempt(
  { calls, temporal }: Pick<Context, 'calls' | 'temporal'>,
  { job }: Dataflow,
  run: Run,
): Promise<JobAttempt | null> {
  if (run.startedAt === null || job.type === 'external') return null;
  try {
    return await calls.run(temporal, Date.now() + TIMEOUT_MS, 'asking for the job', async () => {
      if (!isOpen(run.state)) return endedJob(temporal, job, run);
      const { raw } = await temporal.workflow.getHandle(run.workflowId).describe();
      if (job.type === 'workflow') return childAttempt(temporal, raw.pendingChildren?.[0]?.workflowId);
      const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === job.name);
      return pending ? { attempt: pending.attempt ?? 1, lastFailure: pending.lastFailure?.message ?? null } : null;
    });
  } catch {
    return null;
  }
}
