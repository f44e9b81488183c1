// One attempt of an activity in a worker: our real function, in the SDK's real activity context.

import { asyncLocalStorage, Context } from '@temporalio/activity';
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { runAs } from './actors';
import type { Actor } from './actors';
import type { Scheduled } from './activity-spec';
import { fromPayloads, toFailure, toPayload } from './converters';
import type { Failure, Payload } from './types';

export type ActivityFunction = (...args: never[]) => Promise<unknown>;

export class Attempt {
  outcome: { readonly completed: Payload } | { readonly failed: Failure } | undefined;
  endedAt = 0;
  readonly actor: Actor;
  private readonly controller = new AbortController();
  private reject: (error: Error) => void = () => undefined;

  constructor(
    task: Scheduled,
    private readonly step: () => number,
    sleep: (ms: number, what: string) => Promise<void>,
  ) {
    const { workflowId } = task.execution.options;
    const { activityType, seq } = task.spec;
    const { runId } = task.execution;
    const name = `${task.name}${task.attempts > 1 ? ` (attempt ${task.attempts})` : ''}`;
    const facts = { activityType, seq, workflowId, runId, attempt: task.attempts };
    this.actor = { name, dead: false, facts, sleep: (ms) => sleep(ms, `${name}: pause`) };
  }

  run(task: Scheduled, activity: ActivityFunction, client: Client): void {
    const cancelled = new Promise<never>((_, reject) => (this.reject = reject));
    cancelled.catch(() => undefined);
    const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} };
    const context = new Context(
      infoOf(task),
      cancelled,
      this.controller.signal,
      () => undefined,
      client,
      silent,
      undefined as never,
      {},
    );
    const args = fromPayloads(task.spec.args) as never[];
    const running = runAs(this.actor, () => asyncLocalStorage.run(context, async () => activity(...args)));
    void running.then(
      (result) => this.end({ completed: toPayload(result) }),
      (error: unknown) => this.end({ failed: toFailure(error) }),
    );
  }

  cancel(): void {
    const cancelled = new CancelledFailure('CANCELLED');
    this.controller.abort(cancelled);
    this.reject(cancelled);
  }

  /** Its time is over: the worker tells it, and takes no answer. It may not notice, and go on. */
  giveUp(): void {
    this.controller.abort(new CancelledFailure('TIMED_OUT'));
  }

  private end(outcome: NonNullable<Attempt['outcome']>): void {
    if (this.actor.dead) return;
    this.outcome = outcome;
    this.endedAt = this.step();
  }
}

function infoOf({ execution, spec, attempts }: Scheduled): Info {
  const { workflowId, workflowType } = execution.options;
  const info: Partial<Info> = {
    activityId: spec.activityId,
    activityType: spec.activityType,
    namespace: 'default',
    attempt: attempts,
    isLocal: spec.isLocal,
    inWorkflow: true,
    workflowExecution: { workflowId, runId: execution.runId },
    workflowType,
    taskQueue: spec.taskQueue,
    heartbeatDetails: undefined,
    scheduledTimestampMs: Date.now(),
    currentAttemptScheduledTimestampMs: Date.now(),
    scheduleToCloseTimeoutMs: spec.scheduleToCloseMs ?? 0,
    startToCloseTimeoutMs: spec.startToCloseMs ?? 0,
  };
  return info as Info;
}
