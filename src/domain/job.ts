// A dataflow's job: what does the work between a run's start and its end.

import { z } from 'zod';
import { parseDuration } from './duration';
import { optional, parseInput, text } from './parse';

const DURATION = /^\d+(\.\d+)? ?(ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?)$/;

export const duration = (what: string) => {
  const message = `${what} must be a number of milliseconds or text like "10 minutes", more than 0 and a century at most.`;
  // Of alternatives, one that is only half wrong would speak for itself, and not by the field's name.
  const whole = { error: message, abort: true };
  return z
    .union([z.number().int(whole).positive(whole), z.string().regex(DURATION, whole)], message)
    .refine((value) => milliseconds(value) !== undefined, message);
};

/** Undefined for what is no length of time. */
export function milliseconds(value: string | number): number | undefined {
  try {
    return parseDuration(typeof value === 'number' ? `${String(value / 1000)} s` : value, '');
  } catch {
    return undefined;
  }
}

/** Where Temporal's own queues are: it refuses to schedule anything there, and goes on refusing. */
const RESERVED = '/_sys/';

export const taskQueue = (what: string) =>
  text(what, 255).refine(
    (name) => !name.startsWith(RESERVED),
    `${what} must not start with ${RESERVED}, which Temporal keeps for itself.`,
  );

const ATTEMPTS = 'retry.maximumAttempts must be a whole number from 1 to 2147483647.';

const retry = z
  .object(
    {
      maximumAttempts: optional(z.int32(ATTEMPTS).positive(ATTEMPTS)),
      /** Default: 1 second. */
      initialInterval: optional(duration('retry.initialInterval')),
      maximumInterval: optional(duration('retry.maximumInterval')),
      backoffCoefficient: optional(z.number('retry.backoffCoefficient must be a number, 1 or more.').min(1)),
    },
    'retry must be an object.',
  )
  .refine(
    ({ initialInterval, maximumInterval }) =>
      maximumInterval === null || (milliseconds(maximumInterval) ?? 0) >= (milliseconds(initialInterval ?? 1000) ?? 0),
    {
      path: ['maximumInterval'],
      message: 'retry.maximumInterval must not be less than retry.initialInterval (1 second where that is left out).',
    },
  );

const external = z.object({
  type: z.literal('external'),
  /** A lease: a run that sends no heartbeat for this long has failed (LEASE_EXPIRED). Default: none is asked for. */
  heartbeatTimeout: optional(duration('job.heartbeatTimeout')),
});

const activity = z.object({
  type: z.literal('activity'),
  /** Name of the activity, in any language. */
  name: text('job.name', 255),
  /** Default: the run's own queue. */
  taskQueue: optional(taskQueue('job.taskQueue')),
  /** One attempt's longest time. Default: one day. */
  startToCloseTimeout: optional(duration('job.startToCloseTimeout')),
  heartbeatTimeout: optional(duration('job.heartbeatTimeout')),
  retry: optional(retry),
});

const workflow = z.object({
  type: z.literal('workflow'),
  /** Type of the child workflow, in any language. */
  name: text('job.name', 255),
  taskQueue: optional(taskQueue('job.taskQueue')),
  /** The child's longest time, retries included. Default: none. */
  workflowExecutionTimeout: optional(duration('job.workflowExecutionTimeout')),
  retry: optional(retry),
});

export const JOB_TYPES = ['external', 'activity', 'workflow'] as const;

export const jobSchema = z.discriminatedUnion('type', [external, activity, workflow], {
  error: ({ code }) =>
    code === 'invalid_union'
      ? `job.type must be one of ${JOB_TYPES.join(', ')}.`
      : "job must be an object with a type: 'external', 'activity' or 'workflow'.",
});

export type Job = z.output<typeof jobSchema>;
export type ActivityJob = Extract<Job, { type: 'activity' }>;
export type WorkflowJob = Extract<Job, { type: 'workflow' }>;
export type JobRetry = z.output<typeof retry>;

/**
 * A registered job once more: an earlier version may have taken what can't be scheduled.
 * @throws InvalidArgumentError
 */
export function checkJob(job: Job): void {
  parseInput(z.object({ job: jobSchema }), { job }, 'The job');
}
