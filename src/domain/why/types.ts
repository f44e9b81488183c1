// "Why does it wait?", "why did it start?": what is known of a slot or a run.

import type { PausedExecution } from '../execution-pause';
import type { RunId } from '../ids';
import type { DataflowStatus, QueueCause, Run, SlotRun, TriggerMode } from '../model';
import type { OperationKind } from '../operation';
import type { Explanation } from '../rule';
import type { RunState } from '../run-state';
import type { Gathered, Pause, WaitReason } from '../start';

/** A source run that is queued for the slot. */
export interface WhyQueueRow {
  readonly sourceRunId: RunId;
  /** Which partition it wrote; null: none that it told of. */
  readonly partitionKey: string | null;
  readonly readyAt: Date;
  /** Why it was queued; for a rerun and for what was given back, the run whose source it was. */
  readonly cause: QueueCause;
  readonly rerunOf: RunId | null;
}

/** Queue rows by why they were queued. */
export interface WhyCause extends Pick<WhyQueueRow, 'cause' | 'rerunOf'> {
  readonly count: number;
  /** When the newest of them was queued. */
  readonly newest: Date;
}

/** How far a run of a source has come. */
export interface WhySourceRun {
  readonly runId: string;
  readonly state: RunState;
  /** Which partition it is for, or wrote; null: none that it told of. */
  readonly partitionKey: string | null;
  /** When it ended; of one that hasn't, when it started or opened. */
  readonly at: Date;
}

/** A source of the dataflow that was asked about; of a run that has started, one that it had then. */
export interface WhySource {
  readonly source: string;
  readonly relationId: string;
  /** How the source itself stands now: nothing of one that is off or paused starts. */
  readonly status: DataflowStatus;
  readonly pause: Pause | null;
  /** Suspended relations are neither waited for nor consumed. */
  readonly suspendedAt: Date | null;
  readonly suspendedBy: string | null;
  readonly suspendReason: string | null;
  /** Its newest run that fed this slot, and who claimed it; null: none ever did. */
  readonly newest: SlotRun | null;
  /** Its newest run for this slot, in whatever state; its newest of all where it has none for it; null: it never ran. */
  readonly lastRun: WhySourceRun | null;
  /** What the slot has ready of it, or what the run that has started claimed of it; oldest first, of many the newest ones. */
  readonly queueRows: readonly WhyQueueRow[];
  /** How much that is in all. */
  readonly queueRowCount: number;
}

/** A source run that a start named (`sourceRunIds`). */
export interface WhyNamedRun {
  readonly runId: string;
  /** The key of its dataflow; null: there is no such run. */
  readonly source: string | null;
  readonly run: WhySourceRun | null;
  /** What the slot was given of it last, and who claimed that; null: nothing. */
  readonly queued: SlotRun | null;
}

/** A run of a target that waits for what the run that was asked about did not deliver. */
export interface StuckRun {
  readonly runId: string;
  readonly dataflow: string;
  readonly slot: string;
  readonly since: Date;
}

/** How often a job has been tried. */
export interface JobAttempt {
  /** From 1 on; of a run that has ended, how many there were. */
  readonly attempt: number;
  readonly lastFailure: string | null;
}

/** What somebody did, to what, when and why. */
export interface WhyOperation {
  readonly kind: OperationKind;
  /** As `dlc operations` has it: a runId, a dataflow's key, `zone rz`, `source → target`. */
  readonly subject: string;
  readonly by: string;
  readonly reason: string | null;
  readonly at: Date;
}

/** How a run came to start. */
export interface WhyStart {
  /**
   * `rule`: its rule was met. `ignore`: it was to wait for nothing. `deadline`: that was over, and its rule wasn't met. `retry`,
   * `replay`: it consumes once more what another run had consumed, whatever the rule.
   */
  readonly because: 'rule' | 'ignore' | 'deadline' | 'retry' | 'replay';
  readonly askedBy: 'source' | 'person' | 'schedule' | 'backfill' | 'replay';
  /** The backfill's or the replay's ID, or the time that the schedule fired for. */
  readonly askedAs: string | null;
  /** Who that was, and why, where they said so. */
  readonly by: string | null;
  readonly reason: string | null;
  /** It didn't start as soon as it opened. */
  readonly waited: boolean;
  /** What it consumed had come before, and was let go of then: the last resume of its dataflow, its zone or a relation. */
  readonly resumed: WhyOperation | null;
  /** What ended its gathering (`debounce`); null: nothing gathered, or something else did. */
  readonly gathered: Gathered | null;
}

/**
 * What becomes of a run that need not wait, or of a slot that should have a run: a wake-up is `underWay`, waits for a worker to take
 * it (`noWorker`), or was `lost`; or a person has `paused` its workflow in Temporal; or a run's is `gone`.
 */
export type WakeUp = 'underWay' | 'noWorker' | 'lost' | 'paused' | 'gone';

export interface WhyFacts {
  /** By the database's clock. */
  readonly now: Date;
  readonly dataflow: string;
  /** `''` unless the dataflow runs per partition. */
  readonly slot: string;
  readonly status: DataflowStatus;
  readonly triggerMode: TriggerMode;
  /** Nothing of it starts while it lasts. */
  readonly pause: Pause | null;
  /** The run that was asked about, or the slot's open one; null: none is open. */
  readonly run: Run | null;
  /** How many source runs it has claimed. */
  readonly sourceCount: number;
  /**
   * The rule as it stands now; of a run that has started, as it stood then, over what the run claimed; of one that ended
   * without having started, as it stood at its end, abridged (null where an earlier version ended it).
   */
  readonly explanation: Explanation | null;
  /** Source runs that the slot's queue has ready; of a run that has started, those that it claimed. */
  readonly readyCount: number;
  /** The same by why they were queued. */
  readonly causes: readonly WhyCause[];
  /**
   * Of a run that waits and need not, and of a slot whose sources are there and that has no run although they start one; null also
   * where Temporal can't be asked.
   */
  readonly wakeUp: WakeUp | null;
  /** Where that is `paused`: by whom. */
  readonly pausedExecution: PausedExecution | null;
  /** Who disabled or retired a dataflow that has no open run, or whose run was cancelled for that; null also where that isn't known. */
  readonly turnedOff: (WhyOperation & { readonly status: DataflowStatus }) | null;
  /** What people did to the run: cancelled it (`cancelRun`), cleared it, accepted its late end. */
  readonly operations: readonly WhyOperation[];
  /** Of a slot without an open run: why none can open in it; null: one can. */
  readonly blocked: string | null;
  /** What the run waits for, or would wait for if it were asked for now; null: nothing. */
  readonly waitingFor: WaitReason | null;
  /** When time alone will change that. */
  readonly lookAt: Date | null;
  /** Of a run that has started. */
  readonly start: WhyStart | null;
  /** Of a run that started although its rule wasn't met: its deadline was over. */
  readonly byDeadline: boolean;
  /** Of a run that failed: what it had claimed went back to the queue. */
  readonly gaveBack: boolean;
  readonly sources: readonly WhySource[];
  /** Of a waiting run whose start named source runs (`sourceRunIds`): what became of those. */
  readonly namedRuns: readonly WhyNamedRun[];
  /** Queue rows of the slot that nobody may claim at present, by who keeps them. */
  readonly withheld: readonly { readonly by: string; readonly count: number }[];
  /** The newest run that consumes its sources once more. */
  readonly rerun: { readonly runId: string; readonly state: RunState } | null;
  /** Of a run whose job is an activity or a workflow; null also where Temporal can't be asked, or doesn't know any more. */
  readonly job: JobAttempt | null;
  /** Of a run that failed: who waits behind it. */
  readonly stuck: readonly StuckRun[];
}

export interface Why extends WhyFacts {
  /** The run's state; `idle`: the slot has no open run. */
  readonly state: RunState | 'idle';
  /** One paragraph for people. */
  readonly text: string;
}
