// How often Temporal has tried a run's job by now, and what went wrong the last time. Temporal alone knows; where it can't be asked,
// the answer to "why?" does without.

import type { Dataflow, Run } from '../domain/model';
import type { JobAttempt } from '../domain/why';
import type { Context } from './context';

/** A person waits, and has the rest of the answer already. */
const TIMEOUT_MS = 2_000;

export async function jobAttempt(
  { calls, temporal }: Pick<Context, 'calls' | 'temporal'>,
  { job }: Dataflow,
  run: Run,
): Promise<JobAttempt | null> {
  if (run.state !== 'started' || job.type !== 'activity') return null;
  try {
    const { raw } = await calls.run(temporal, Date.now() + TIMEOUT_MS, 'asking for the job', () =>
      temporal.workflow.getHandle(run.workflowId).describe(),
    );
    const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === job.name);
    if (!pending) return null;
    return { attempt: pending.attempt ?? 1, lastFailure: pending.lastFailure?.message ?? null };
  } catch {
    return null;
  }
}
