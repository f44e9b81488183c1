// What the store keeps, as values: dates inside are `Date`, ids are branded, absent is null.

import type { DataflowKey } from './key';
import type { DataflowId, QueueId, RelationId, RunId } from './ids';
import type { PartitionMapping } from './partition';
import type { RuleNode, StartRule } from './rule';
import type { RunState } from './run-state';
import type { Job } from './job';
import type { JsonObject } from './json';
import type { StartPolicy } from './start/policy';
import type { Pause, WaitKind } from './start/wait-reason';

export const DATAFLOW_STATUSES = ['enabled', 'disabled', 'retired'] as const;
export type DataflowStatus = (typeof DATAFLOW_STATUSES)[number];

/** `manual`: somebody starts it. `auto`: a finished source does. */
export const TRIGGER_MODES = ['manual', 'auto'] as const;
export type TriggerMode = (typeof TRIGGER_MODES)[number];

export interface Trigger extends StartPolicy {
  readonly mode: TriggerMode;
  /** The rule of every start that doesn't bring its own. */
  readonly when: 'all' | 'any' | RuleNode;
}

/** Which of several waiting slots gets the next place: the one that was ready first, the lowest partition, or the highest. */
export const SLOT_ORDERS = ['ready', 'oldest', 'newest'] as const;
export type SlotOrder = (typeof SLOT_ORDERS)[number];

/** What becomes of a failed run's sources: they stay with it until it is retried, or go back to the queue. */
export const ON_ERROR = ['hold', 'release'] as const;
export type OnError = (typeof ON_ERROR)[number];

/** What is queued once more, and why. */
export const RERUN_CAUSES = ['retry', 'replay', 'clear'] as const;
export type RerunCause = (typeof RERUN_CAUSES)[number];

/** `finish`: the source's own end. */
export type QueueCause = 'finish' | 'release' | RerunCause;

export interface Dataflow extends DataflowKey {
  readonly id: DataflowId;
  readonly key: string;
  readonly status: DataflowStatus;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly config: JsonObject | null;
  readonly trigger: Trigger;
  readonly job: Job;
  /** True: one slot per partition. */
  readonly partitioned: boolean;
  /** What a trigger starts; null: the built-in `dataflowRun` on the queue of the worker that triggers. */
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
  /** Runs at once, over all of its slots; null: one a slot. */
  readonly maxConcurrentRuns: number | null;
  readonly slotOrder: SlotOrder;
  readonly onError: OnError;
  /** Its own, or its zone's. */
  readonly pause: Pause | null;
  readonly createdAt: Date;
}

export interface Relation {
  readonly id: RelationId;
  readonly sourceDataflowId: DataflowId;
  readonly sourceKey: string;
  readonly targetDataflowId: DataflowId;
  readonly targetKey: string;
  readonly partition: PartitionMapping;
  readonly createdAt: Date;
  readonly suspendedAt: Date | null;
  /** What its source's runs leave for it while it is suspended: `skip` keeps them out for good. */
  readonly suspendedBacklog: 'keep' | 'skip' | null;
  readonly suspendedBy: string | null;
  readonly suspendReason: string | null;
  readonly terminatedAt: Date | null;
  readonly terminatedBy: string | null;
  readonly terminateReason: string | null;
}

/** What an ETL team wants to find again; given at start or finish, kept on the run. */
export interface RunNotes {
  readonly config: JsonObject | null;
  readonly breadcrumb: JsonObject | null;
  readonly metadata: JsonObject | null;
  readonly externalJobRunKey: string | null;
  readonly externalJobLogLink: string | null;
  readonly externalProcessKey: string | null;
  readonly externalProcessLogLink: string | null;
}

export interface Run extends RunNotes {
  readonly runId: RunId;
  readonly dataflowId: DataflowId;
  readonly dataflow: string;
  readonly workflowId: string;
  readonly state: RunState;
  /** `''` unless the dataflow runs per partition. */
  readonly slot: string;
  readonly partitionKey: string | null;
  /** A finished source asked for it, no person. */
  readonly triggered: boolean;
  readonly rule: StartRule;
  readonly policy: StartPolicy;
  /** Among slots that wait for a place: the highest goes first. */
  readonly priority: number;
  /** While it waits. */
  readonly waitingFor: WaitKind | null;
  readonly waitingSince: Date | null;
  /** When it was told of, for not having started in time (`startBy`). */
  readonly lateAt: Date | null;
  /** The run whose sources it consumes once more, and why. */
  readonly rerunOf: RunId | null;
  readonly cause: RerunCause | null;
  /** Its sources go back to the queue when it ends, whatever its dataflow's `onError` says. */
  readonly releaseCause: 'clear' | null;
  /** Who keeps what it leaves for its targets from them. */
  readonly withholdBy: string | null;
  /** A lease: how long it may go without a heartbeat; null: it promised none. */
  readonly heartbeatTimeoutMs: number | null;
  /** The newest heartbeat that was written down (not each one is). */
  readonly heartbeatAt: Date | null;
  readonly openedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Rows; integer ≥ 0. */
  readonly recordCount: number | null;
  readonly batchRunId: string | null;
  readonly message: string | null;
  /** Why it ended, where that has a name of its own: `LEASE_EXPIRED`. */
  readonly errorCode: string | null;
  /** Where it wrote several. */
  readonly partitions: readonly WrittenPartition[] | null;
  /** Under which its end was reported; the same one again is answered, not refused. */
  readonly finishRequestId: string | null;
}

/** One of several partitions that a run wrote. */
export interface WrittenPartition {
  readonly partitionKey: string;
  /** Rows; integer ≥ 0. */
  readonly recordCount: number | null;
}

/** A source run that was queued for a slot, and who claimed it. */
export interface SlotRun {
  readonly sourceRunId: RunId;
  readonly readyAt: Date;
  /** Nobody may claim it at present. */
  readonly withheld: boolean;
  /** Null while nobody has. */
  readonly claimedBy: { readonly runId: RunId; readonly state: RunState } | null;
}

/** A finished source run as its target sees it: the original's row, with what ours adds. */
export interface QueueRow extends DataflowKey {
  readonly queueId: QueueId;
  readonly relationId: RelationId;
  readonly targetDataflowId: DataflowId;
  readonly sourceDataflowId: DataflowId;
  readonly sourceDataflow: string;
  readonly sourceRunId: RunId;
  readonly dataflowBatchRunId: string | null;
  readonly dataflowPartitionKey: string | null;
  readonly recordCount: number | null;
  readonly readyAt: Date;
  /** Why it was queued; for a rerun, the run whose sources it queues again. */
  readonly cause: QueueCause;
  readonly rerunOf: RunId | null;
  /** Of a backlog that is to be consumed one source run a run. */
  readonly oneByOne: boolean;
}
