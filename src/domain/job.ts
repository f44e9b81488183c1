// A dataflow's job: what does the work between a run's start and its end.

import { z } from 'zod';
import { oneOf, optional, text } from './parse';

const DURATION = /^\d+(\.\d+)? ?(ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?)$/;

const duration = (what: string) =>
  z.union(
    [z.number().int().positive(), z.string().regex(DURATION)],
    `${what} must be a number of milliseconds or text like "10 minutes".`,
  );

const retry = z.object(
  {
    maximumAttempts: optional(z.number('retry.maximumAttempts must be a whole number, 1 or more.').int().positive()),
    initialInterval: optional(duration('retry.initialInterval')),
    maximumInterval: optional(duration('retry.maximumInterval')),
    backoffCoefficient: optional(z.number('retry.backoffCoefficient must be a number, 1 or more.').min(1)),
  },
  'retry must be an object.',
);

const external = z.object({ type: z.literal('external') });

const activity = z.object({
  type: z.literal('activity'),
  /** Name of the activity, in any language. */
  name: text('job.name', 255),
  /** Default: the run's own queue. */
  taskQueue: optional(text('job.taskQueue', 255)),
  /** One attempt's longest time. Default: one day. */
  startToCloseTimeout: optional(duration('job.startToCloseTimeout')),
  heartbeatTimeout: optional(duration('job.heartbeatTimeout')),
  retry: optional(retry),
});

const workflow = z.object({
  type: z.literal('workflow'),
  /** Type of the child workflow, in any language. */
  name: text('job.name', 255),
  taskQueue: optional(text('job.taskQueue', 255)),
  /** The child's longest time, retries included. Default: none. */
  workflowExecutionTimeout: optional(duration('job.workflowExecutionTimeout')),
  retry: optional(retry),
});

export const JOB_TYPES = ['external', 'activity', 'workflow'] as const;

export const jobSchema = z
  .looseObject(
    { type: oneOf('job.type', JOB_TYPES) },
    "job must be an object with a type: 'external', 'activity' or 'workflow'.",
  )
  .pipe(z.discriminatedUnion('type', [external, activity, workflow]));

export type Job = z.output<typeof jobSchema>;
export type ActivityJob = Extract<Job, { type: 'activity' }>;
export type WorkflowJob = Extract<Job, { type: 'workflow' }>;
export type JobRetry = z.output<typeof retry>;
