// An activity that was scheduled, local or regular: its attempts, their time limits and its retries.

import { CancelledFailure } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { ActivitySpec, Scheduled } from './activity-spec';
import type { Attempt } from './attempt';
import type { Clock, Timer } from './clock';
import { milliseconds, toFailure } from './converters';
import type { Execution, PendingActivity } from './execution';
import type { Move } from './moves';
import type { Failure, Resolution } from './types';

export interface ActivityWorld {
  readonly clock: Clock;
  readonly step: () => number;
  startAttempt(task: Scheduled): Attempt;
}

const { TimeoutType } = temporal.api.enums.v1;

type State = 'scheduled' | 'running' | 'backoff' | 'closed';

export class ActivityTask implements PendingActivity, Scheduled {
  attempts = 0;
  private state: State = 'scheduled';
  private since: number;
  private attempt: Attempt | undefined;
  private timer: Timer | undefined;
  private readonly deadline: number;
  private cancelRequested = false;

  constructor(
    readonly execution: Execution,
    readonly spec: ActivitySpec,
    private readonly world: ActivityWorld,
    private readonly resolved: (resolution: Resolution) => void | Promise<void>,
  ) {
    this.since = world.step();
    this.deadline = world.clock.now + (spec.scheduleToCloseMs ?? Infinity);
  }

  get type(): string {
    return this.spec.activityType;
  }

  get name(): string {
    return `${this.spec.activityType} of ${this.execution.name}`;
  }

  *moves(): Iterable<Move> {
    const { since, state, attempt, name: thread } = this;
    if (state === 'scheduled') yield { what: `start ${thread}`, thread, since, weight: 8, run: () => this.start() };
    if (state === 'running' && attempt?.outcome) {
      const run = (): void | Promise<void> => this.answered(attempt);
      yield { what: `answer of ${thread}`, thread, since: attempt.endedAt, weight: 8, run };
    }
  }

  /** Nobody waits for it any more; an attempt under way goes on all the same. */
  abandon(): void {
    this.close();
  }

  /** The worker that ran it is gone: the server finds out by a time limit. */
  workerDied(): void {
    this.attempt = undefined;
  }

  requestCancel(): void | Promise<void> {
    if (this.state === 'closed' || this.cancelRequested) return undefined;
    this.cancelRequested = true;
    if (this.spec.cancellationType === 2) return this.resolve(this.cancelled());
    this.attempt?.cancel();
    return this.state !== 'running' || this.spec.cancellationType === 0 ? this.resolve(this.cancelled()) : undefined;
  }

  private start(): void {
    this.state = 'running';
    this.attempts++;
    const { startToCloseMs, heartbeatMs } = this.spec;
    this.attempt = this.world.startAttempt(this);
    if (this.cancelRequested) this.attempt.cancel();
    // A heartbeat that fails to come is told from no other death: attempts here that live on are never silent.
    const limit = Math.min(startToCloseMs ?? Infinity, this.deadline - this.world.clock.now);
    this.wait(limit, `time limit of ${this.name}`, () => this.timedOut(TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE));
    if (heartbeatMs !== undefined && heartbeatMs < limit) {
      this.wait(heartbeatMs, `heartbeat of ${this.name}`, () => this.beat(heartbeatMs, limit - heartbeatMs));
    }
  }

  private beat(every: number, left: number): void | Promise<void> {
    if (!this.attempt) return this.timedOut(TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
    if (left > every) this.wait(every, `heartbeat of ${this.name}`, () => this.beat(every, left - every));
    else this.wait(left, `time limit of ${this.name}`, () => this.timedOut(TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE));
  }

  private answered(attempt: Attempt): void | Promise<void> {
    const { outcome } = attempt;
    this.timer?.cancel();
    if (!outcome) return undefined;
    if ('completed' in outcome) return this.resolve({ completed: { result: outcome.completed } });
    const obeyed = this.cancelRequested && outcome.failed.canceledFailureInfo;
    return obeyed ? this.resolve(this.cancelled()) : this.failed(outcome.failed);
  }

  /** Only a worker that holds the task itself can tell its attempt. */
  private timedOut(type: temporal.api.enums.v1.TimeoutType): void | Promise<void> {
    if (this.spec.isLocal) this.attempt?.giveUp();
    return this.failed({ message: 'activity timed out', source: 'Server', timeoutFailureInfo: { timeoutType: type } });
  }

  private failed(failure: Failure): void | Promise<void> {
    this.attempt = undefined;
    const pause = this.pause(failure);
    const { clock } = this.world;
    if (pause === undefined || clock.now + pause >= this.deadline)
      return this.resolve({ failed: this.wrapped(failure) });
    this.state = 'backoff';
    this.wait(pause, `retry of ${this.name}`, () => {
      this.state = 'scheduled';
      this.since = this.world.step();
    });
    return undefined;
  }

  /** Until the next attempt; undefined: there is none. */
  private pause({ applicationFailureInfo: info }: Failure): number | undefined {
    const { retry } = this.spec;
    const named = retry.nonRetryableErrorTypes?.includes(info?.type ?? '');
    const final = info?.nonRetryable === true || named === true;
    if (final || this.cancelRequested || (retry.maximumAttempts && this.attempts >= retry.maximumAttempts))
      return undefined;
    const first = milliseconds(retry.initialInterval) ?? 1000;
    const longest = milliseconds(retry.maximumInterval) ?? first * 100;
    return Math.min(longest, first * (retry.backoffCoefficient ?? 2) ** (this.attempts - 1));
  }

  private resolve(resolution: Resolution): void | Promise<void> {
    this.close();
    return this.resolved(resolution);
  }

  private close(): void {
    this.state = 'closed';
    this.timer?.cancel();
  }

  private wait(ms: number, what: string, fire: Timer['fire']): void {
    this.timer?.cancel();
    this.timer = ms === Infinity ? undefined : this.world.clock.after(ms, what, fire);
  }

  private wrapped(cause: Failure): { failure: Failure } {
    const { activityId, activityType } = this.spec;
    const activityFailureInfo = { activityId, activityType: { name: activityType }, identity: 'simulated' };
    return { failure: { message: 'Activity task failed', source: 'Server', cause, activityFailureInfo } };
  }

  private cancelled(): Resolution {
    return { cancelled: this.wrapped(toFailure(new CancelledFailure('activity cancelled'))) };
  }
}
