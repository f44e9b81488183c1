// What the housekeeper and `dlc doctor` find: nothing that the system brings about by itself, but what a terminate, a lost database
// row or a bug leaves behind.

import { onceUnpaused } from './execution-pause';
import type { PausedExecution } from './execution-pause';
import type { DataflowId, RunId } from './ids';
import { slotTitle } from './slot';
import type { Trouble } from './trouble';

interface OfRun {
  readonly runId: RunId;
  readonly dataflow: string;
  readonly slot: string;
  readonly workflowId: string;
}

export type Finding =
  /** An open run whose workflow isn't running, or works for another run: it is orphaned. */
  | ({ readonly kind: 'goneOwner'; readonly worksFor?: RunId } & OfRun)
  /** A run that promised heartbeats, sends none, and whose workflow let that pass: it is failed. */
  | ({ readonly kind: 'expiredLease'; readonly silentMs: number } & OfRun)
  /** A waiting run that could start or has to end: it is woken. */
  | ({ readonly kind: 'lostWakeup' } & OfRun)
  /** An open run, or a slot that could start, whose workflow a person has paused in Temporal: it is told of, for somebody to unpause it. */
  | ({
      readonly kind: 'pausedExecution';
      /** Null: it was paused before it opened a run. */
      readonly runId: RunId | null;
      readonly dataflow: string;
      readonly slot: string;
    } & PausedExecution)
  /** A backfill or a replay that has ended without letting go of what it withheld: it is let go of. */
  | { readonly kind: 'staleHold'; readonly holder: string; readonly workflowId: string; readonly count: number }
  /** A slot that could start, and has no open run: it is woken. */
  | {
      readonly kind: 'idleSlot';
      readonly dataflowId: DataflowId;
      readonly dataflow: string;
      readonly slot: string;
      /** One of the source runs that nobody consumes. */
      readonly sourceRunId: RunId;
    }
  /** A slot that could start, and never can: it is told of, for somebody to change its partition or its relations. */
  | {
      readonly kind: 'blockedSlot';
      readonly dataflowId: DataflowId;
      readonly dataflow: string;
      readonly slot: string;
      readonly sourceRunId: RunId;
      readonly problem: string;
    }
  /** A dataflow whose rule no source run can ever meet: it names what is no source of it. It is told of, as a blocked slot is. */
  | {
      readonly kind: 'unmeetableRule';
      readonly dataflowId: DataflowId;
      readonly dataflow: string;
      /** What it lacks: never related to it, or suspended or terminated since. */
      readonly sources: readonly { readonly source: string; readonly relation: 'none' | 'suspended' | 'terminated' }[];
    };

export type FindingKind = Finding['kind'];

/** False: it is for people to put right. */
export const isHealable = ({ kind }: Finding): boolean => !FOR_PEOPLE.has(kind);

const FOR_PEOPLE: ReadonlySet<FindingKind> = new Set(['blockedSlot', 'unmeetableRule', 'pausedExecution']);

/** One line for people. */
export function describeFinding(finding: Finding): string {
  if (finding.kind === 'staleHold') {
    return `${finding.holder} has ended and still withholds ${String(finding.count)} source runs: they are to be let go of.`;
  }
  if (finding.kind === 'unmeetableRule') {
    const what = { none: 'is no source of it', suspended: 'is suspended', terminated: 'was terminated' };
    const lacking = finding.sources.map(({ source, relation }) => `${source} ${what[relation]}`).join(', ');
    return `${finding.dataflow} can never start by its rule: ${lacking}. Associate them with it (dlc relation create), resume them, or change its rule (trigger.when).`;
  }
  const title = slotTitle(finding.dataflow, finding.slot);
  switch (finding.kind) {
    case 'goneOwner':
      return `Run ${finding.runId} of ${title} is open, but its workflow ${finding.workflowId} ${finding.worksFor ? `works for run ${finding.worksFor}` : "isn't running"}: it is to be orphaned.`;
    case 'expiredLease':
      return `Run ${finding.runId} of ${title} has been silent for ${String(Math.round(finding.silentMs / 1000))} s, and promised heartbeats: it is to be failed.`;
    case 'lostWakeup':
      return `Run ${finding.runId} of ${title} waits although it need not: it is to be woken.`;
    case 'idleSlot':
      return `${title} has what it waits for, and no open run: it is to be started.`;
    case 'pausedExecution':
      return `${finding.runId ? `Run ${finding.runId} of ${title}` : title} goes on ${onceUnpaused(finding)}.`;
    case 'blockedSlot':
      return `${title} has what it waits for, and can't start: ${finding.problem}`;
  }
}

/** What a look over the whole lake found, and how much it looked at. */
export interface Findings {
  readonly findings: readonly Finding[];
  readonly failed: readonly Trouble[];
  readonly openRuns: number;
  readonly readySlots: number;
}
