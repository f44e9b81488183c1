// A dataflow's job as a run's body: an activity or a child workflow, in any language and on any queue.

import { ActivityCancellationType, ParentClosePolicy, proxyActivities } from '@temporalio/workflow';
import { ValueError } from '@temporalio/common';
import type { RetryPolicy } from '@temporalio/common';
import { InvalidArgumentError } from '../domain/errors';
import { checkJob } from '../domain/job';
import type { ActivityJob, Job, JobRetry, WorkflowJob } from '../domain/job';
import type { JobInput, OpenedRun } from '../domain/protocol';
import { slotTitle } from '../domain/slot';
import { runChild } from './child';
import { decode, UNDECODED_RESULT } from './undecoded';

/**
 * Runs the job and returns what it returned: what a finish takes, or nothing.
 * @throws InvalidArgumentError when that can't be decoded, or the job can't be scheduled as it is registered.
 */
export async function runJob(job: Exclude<Job, { type: 'external' }>, run: OpenedRun): Promise<unknown> {
  checkJob(job);
  const input = jobInput(run);
  const summary = slotTitle(run.dataflow, run.partitionKey);
  const result = await (
    job.type === 'activity' ? runActivity(job, input, summary) : runWorkflow(job, input, summary)
  ).catch(refuseOptions);
  return decode(result, "The job's result");
}

/** What the SDK says of options that it can't take. Thrown on, it would fail the workflow task again and again. */
function refuseOptions(error: unknown): never {
  if (!(error instanceof ValueError || error instanceof TypeError)) throw error;
  throw new InvalidArgumentError(
    `The job can't be scheduled (${error.message}). Correct the job that the dataflow is registered with.`,
    { field: 'job' },
    { cause: error },
  );
}

export function jobInput({ runId, dataflow, partitionKey, sources, sourceCount, config }: OpenedRun): JobInput {
  return { runId, dataflow, partitionKey, sources, sourceCount, config };
}

async function runActivity(job: ActivityJob, input: JobInput, summary: string): Promise<unknown> {
  const activities = proxyActivities<Record<string, (input: JobInput) => Promise<unknown>>>({
    summary,
    startToCloseTimeout: job.startToCloseTimeout ?? '1 day',
    // The slot is free only when nothing works in it any more. A job that heartbeats hears of its cancel.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    activityTypeInfo: { [job.name]: UNDECODED_RESULT },
    ...defined({
      taskQueue: job.taskQueue,
      heartbeatTimeout: job.heartbeatTimeout,
      retry: retryPolicy(job.retry),
    }),
  });
  return activities[job.name]?.(input);
}

async function runWorkflow(job: WorkflowJob, input: JobInput, summary: string): Promise<unknown> {
  const { result } = await runChild(job.name, {
    args: [input],
    staticSummary: summary,
    typeInfo: UNDECODED_RESULT,
    // A run that is cancelled or terminated takes its job with it.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    ...defined({
      taskQueue: job.taskQueue,
      workflowExecutionTimeout: job.workflowExecutionTimeout,
      retry: retryPolicy(job.retry),
    }),
  });
  return result;
}

function retryPolicy(retry: JobRetry | null): RetryPolicy | null {
  return retry && defined(retry);
}

/** Leaves out what isn't given, so that Temporal's own defaults hold. */
function defined<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as never;
}
