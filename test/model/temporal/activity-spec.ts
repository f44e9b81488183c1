// What an activity is scheduled with, and what of it the others see.

import type { Execution } from './execution';
import type { Payload, RetryPolicy } from './types';

export interface ActivitySpec {
  readonly seq: number;
  readonly activityId: string;
  readonly activityType: string;
  readonly isLocal: boolean;
  readonly taskQueue: string;
  readonly args: readonly Payload[];
  readonly startToCloseMs: number | undefined;
  readonly scheduleToCloseMs: number | undefined;
  readonly heartbeatMs: number | undefined;
  readonly retry: RetryPolicy;
  /** Proto's number: 0 try cancel, 1 wait, 2 abandon. */
  readonly cancellationType: number;
}

/** An activity as its attempts know it. */
export interface Scheduled {
  readonly execution: Execution;
  readonly spec: ActivitySpec;
  readonly name: string;
  /** The one that begins now included. */
  readonly attempts: number;
}
