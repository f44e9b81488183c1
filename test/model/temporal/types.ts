// What passes between a workflow and the server, in the SDK's own words.

import type { coresdk, temporal } from '@temporalio/proto';

/** Something that a workflow is told: it starts, a signal, an update, a timer that fired, a result, a cancel. */
export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;
export type Resolution = coresdk.activity_result.IActivityResolution;
export type Payload = temporal.api.common.v1.IPayload;
export type Failure = temporal.api.failure.v1.IFailure;
export type RetryPolicy = temporal.api.common.v1.IRetryPolicy;

/** One call into a workflow: what it was told, and what it answered. A history is a list of these. */
export interface Activation {
  readonly time: number;
  readonly jobs: readonly Job[];
  readonly continueAsNewSuggested: boolean;
  readonly commands: readonly Command[];
}

export type ClosedStatus = 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'CONTINUED_AS_NEW';
export type Status = 'RUNNING' | ClosedStatus;
