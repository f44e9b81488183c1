// What crosses between client, workflow and activity: plain JSON, dates as ISO 8601 UTC, absent is null.

import type { DataflowId, RunId } from './ids';
import type { Job } from './job';
import type { JsonObject } from './json';
import type { QueueRow, TriggerMode } from './model';
import type { Explanation } from './rule';
import type { EndState, RunState } from './run-state';
import type { WaitReason } from './start/wait-reason';
import type { RecordedEnd } from './same-finish';

/** A source run as it travels: the original's row, with what ours adds. `readyAt` is ISO 8601, UTC. */
export type SourceRun = Omit<QueueRow, 'readyAt' | 'queueId' | 'oneByOne'> & { readonly readyAt: string };

/**
 * Source runs that travel with a message at most: a run may claim tens of thousands, a Temporal payload holds 2 MB.
 * The others are read from MySQL (view `lineage_edge`, `coordinator.getRun`).
 */
export const MAX_SOURCES_INLINE = 100;

/** What a start returns, from the update `startedRun` and from `status`. */
export interface StartInfo {
  readonly runId: RunId;
  readonly dataflowId: DataflowId;
  readonly dataflow: string;
  readonly workflowId: string;
  readonly partitionKey: string | null;
  readonly state: RunState;
  /** What the run claimed; at most MAX_SOURCES_INLINE of `sourceCount`. */
  readonly sources: readonly SourceRun[];
  readonly sourceCount: number;
}

/** The open activity's result: all that the workflow needs to know of its run. */
export interface OpenedRun extends StartInfo, Waiting {
  /**
   * `opened`: this execution's run. `duplicate`: the same requestId opened `runId` before.
   * `forgotten`: a trigger asked, but there is nothing to do. `skipped`: a schedule asked, and `skipped` says why in vain.
   */
  readonly outcome: 'opened' | 'duplicate' | 'forgotten' | 'skipped';
  readonly skipped?: Skipped;
  readonly openedAt: string;
  /** Abridged. */
  readonly explanation: Explanation | null;
  readonly job: Job;
  readonly config: JsonObject | null;
  readonly triggerMode: TriggerMode;
  /** What a trigger starts for this slot, and where; null: `dataflowRun`, on the queue of who triggers it. */
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
  /** `''` unless the dataflow runs per partition. */
  readonly slot: string;
  /** A lease: how long the run may go without a heartbeat; null: it promised none. */
  readonly heartbeatTimeoutMs: number | null;
  /** It ended without having started: its deadline was over, or its dataflow was disabled. */
  readonly ended: FinishedRun | null;
}

/** Why a schedule's time came to nothing: the slot has a run (the one that is named), or the dataflow is off. */
export interface Skipped {
  readonly code: 'ALREADY_ACTIVE' | 'DATAFLOW_DISABLED';
  readonly reason: string;
}

/** What a run waits for, and when time alone may change that. */
export interface Waiting {
  readonly waitingFor: WaitReason | null;
  /** Milliseconds from now; null: only a wake-up can. */
  readonly lookInMs: number | null;
}

/** The claim activity's result, for a run that waits. */
export interface ClaimResult extends Waiting {
  /** It had been forgotten before, by an attempt whose answer was lost: nothing was looked at now. */
  readonly gone?: true;
  readonly state: 'waiting' | 'started' | 'forgotten' | 'expired' | 'cancelled';
  /** Abridged; null where nothing was evaluated: the run had claimed before, or is gone. */
  readonly explanation: Explanation | null;
  readonly sources: readonly SourceRun[];
  readonly sourceCount: number;
  /** As in OpenedRun. */
  readonly ended: FinishedRun | null;
}

/** The finish activity's result. */
export interface FinishedRun {
  readonly runId: RunId;
  /** As it is in MySQL, whoever wrote it. */
  readonly end: RecordedEnd;
  /** Target slots that still have to be woken (they were too many for the finish itself). */
  readonly targetsToWake: number;
  /** The slot's own queue has rows for a next run. */
  readonly next: boolean;
}

/** What `finish` and `finishRun` return. */
export interface FinishInfo {
  readonly runId: RunId;
  readonly state: EndState;
}

/** A job's only argument, in any language. */
export interface JobInput {
  readonly runId: RunId;
  readonly dataflow: string;
  readonly partitionKey: string | null;
  readonly sources: readonly SourceRun[];
  readonly sourceCount: number;
  readonly config: JsonObject | null;
}

/** What the query `status` returns; what it doesn't know before the run is opened is left out. */
export interface RunStatus extends Partial<Omit<StartInfo, 'runId' | 'workflowId' | 'state'>> {
  readonly runId: RunId;
  readonly workflowId: string;
  /** `opening`: not in MySQL yet. */
  readonly state: RunState | 'opening';
  readonly openedAt: string | null;
  /** One line: what the run does or waits for. */
  readonly summary: string;
  /** Abridged: a hundred leaves at most, the missing ones first. */
  readonly explanation: Explanation | null;
  /** Messages that were refused, newest last; at most ten. */
  readonly refused: readonly Refusal[];
}

/** A message that changed nothing, and why. */
export interface Refusal {
  readonly at: string;
  readonly message: string;
  readonly code: string;
  readonly reason: string;
}

export function toSourceRun(row: QueueRow): SourceRun {
  const { readyAt, queueId: _, oneByOne: __, ...rest } = row;
  return { ...rest, readyAt: readyAt.toISOString() };
}
