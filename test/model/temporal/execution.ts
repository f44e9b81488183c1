// One execution as the server knows it. Its history is the list of activations that were committed, each with a whole
// workflow task; what has arrived since waits in its inbox.

import type { Move } from './moves';
import type { Timer } from './clock';
import type { Activation, Failure, Job, Payload, Status } from './types';

export interface StartOptions {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: readonly Payload[];
  readonly parent?: Parent;
}

export interface Parent {
  readonly execution: Execution;
  readonly seq: number;
  /** Proto's number: 1 terminate, 2 abandon, 3 request cancel. */
  readonly closePolicy: number;
}

/** An update: `admitted` until a task with it has been committed, then `accepted`; it ends with an outcome. */
export interface Update {
  readonly id: string;
  state: 'admitted' | 'accepted' | 'ended';
  readonly outcome: Promise<UpdateOutcome>;
  readonly end: (outcome: UpdateOutcome) => void;
}

/** `lost`: the server forgot it before it was accepted, and its sender gave up waiting. `closed`: too late. */
export type UpdateOutcome =
  { readonly completed: Payload } | { readonly failed: Failure } | 'lost' | 'closed' | 'continued';

/** An activity that was scheduled, and has no result yet. */
export interface PendingActivity {
  readonly type: string;
  moves(): Iterable<Move>;
  requestCancel(): void | Promise<void>;
  /** Nobody waits for it any more. */
  abandon(): void;
  /** The worker that ran it is gone. */
  workerDied(): void;
}

export class Execution {
  status: Status = 'RUNNING';
  /** What a `result()` gets. */
  result: Payload | null | undefined;
  failure: Failure | undefined;
  next: Execution | undefined;
  cancelRequested = false;
  /** Arrived, but in no workflow task that was committed; oldest first. */
  inbox: { readonly job: Job; readonly since: number }[] = [];
  readonly history: Activation[] = [];
  readonly updates = new Map<string, Update>();
  readonly timers = new Map<number, Timer>();
  readonly activities = new Map<number, PendingActivity>();
  readonly children = new Map<number, Execution>();
  private readonly closing: (() => void)[] = [];

  constructor(
    readonly runId: string,
    readonly options: StartOptions,
    readonly startedAt: number,
    readonly firstRunId: string,
    readonly continuedFrom?: Execution,
  ) {}

  get name(): string {
    return `${this.options.workflowId}/${this.runId.slice(0, 4)}`;
  }

  get isRunning(): boolean {
    return this.status === 'RUNNING';
  }

  /** As events in Temporal, roughly. */
  get historyLength(): number {
    return 1 + this.history.reduce((sum, { jobs, commands }) => sum + jobs.length + commands.length + 2, 0);
  }

  async closed(): Promise<void> {
    if (this.isRunning) await new Promise<void>((resolve) => this.closing.push(resolve));
  }

  close(status: Exclude<Status, 'RUNNING'>): void {
    this.status = status;
    this.inbox = [];
    for (const timer of this.timers.values()) timer.cancel();
    for (const activity of this.activities.values()) activity.abandon();
    for (const update of this.updates.values()) {
      if (update.state !== 'ended') update.end(lateOutcome(update, status));
    }
    for (const resolve of this.closing.splice(0)) resolve();
  }
}

function lateOutcome(update: Update, status: Status): UpdateOutcome {
  if (update.state === 'admitted') return status === 'CONTINUED_AS_NEW' ? 'continued' : 'closed';
  const message = 'Workflow Update failed because the Workflow completed before the Update completed.';
  const applicationFailureInfo = { type: 'AcceptedUpdateCompletedWorkflow', nonRetryable: true };
  return { failed: { message, source: 'Server', applicationFailureInfo } };
}
