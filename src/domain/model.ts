// What the store keeps, as values: dates inside are `Date`, ids are branded, absent is null.

import type { DataflowKey } from './key';
import type { DataflowId, QueueId, RelationId, RunId } from './ids';
import type { PartitionMapping } from './partition';
import type { RuleNode, StartRule } from './rule';
import type { RunState } from './run-state';
import type { Job } from './job';
import type { JsonObject } from './json';

export const DATAFLOW_STATUSES = ['enabled', 'disabled', 'retired'] as const;
export type DataflowStatus = (typeof DATAFLOW_STATUSES)[number];

/** `manual`: somebody starts it. `auto`: a finished source does. */
export const TRIGGER_MODES = ['manual', 'auto'] as const;
export type TriggerMode = (typeof TRIGGER_MODES)[number];

export interface Trigger {
  readonly mode: TriggerMode;
  /** The rule of every start that doesn't bring its own. */
  readonly when: 'all' | 'any' | RuleNode;
}

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
  readonly terminatedAt: Date | null;
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
  readonly openedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Rows; integer ≥ 0. */
  readonly recordCount: number | null;
  readonly batchRunId: string | null;
  readonly message: string | null;
}

/** A source run that was queued for a slot, and who claimed it. */
export interface SlotRun {
  readonly sourceRunId: RunId;
  readonly readyAt: Date;
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
}
