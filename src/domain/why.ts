// "Why does it wait?", "why did it start?": what is known of a slot, and the same in one plain paragraph. Pure.

import type { DataflowStatus, Run, SlotRun, TriggerMode } from './model';
import { explain, leavesOf } from './rule';
import type { Explanation } from './rule';
import { isOpen } from './run-state';
import type { RunState } from './run-state';
import { slotTitle } from './slot';

/** A source of the dataflow that was asked about. */
export interface WhySource {
  readonly source: string;
  readonly relationId: string;
  /** Suspended relations are neither waited for nor consumed. */
  readonly suspendedAt: Date | null;
  /** Its newest run that fed this slot, and who claimed it; null: none ever did. */
  readonly newest: SlotRun | null;
  /** Its newest run of all, in whatever state; null: it never ran. */
  readonly lastRun: { readonly runId: string; readonly state: RunState; readonly at: Date } | null;
}

export interface WhyFacts {
  readonly dataflow: string;
  /** `''` unless the dataflow runs per partition. */
  readonly slot: string;
  readonly status: DataflowStatus;
  readonly triggerMode: TriggerMode;
  /** The run that was asked about, or the slot's open one; null: none is open. */
  readonly run: Run | null;
  /** How many source runs it has claimed. */
  readonly sourceCount: number;
  /** The rule as it stands now; null once a run has started. */
  readonly explanation: Explanation | null;
  readonly sources: readonly WhySource[];
}

export interface Why extends WhyFacts {
  /** The run's state; `idle`: the slot has no open run. */
  readonly state: RunState | 'idle';
  /** One paragraph for people. */
  readonly text: string;
}

/** Sources that the paragraph names. */
const NAMED = 6;

export function why(facts: WhyFacts): Why {
  const { run } = facts;
  const sentences = !run ? idle(facts) : run.state === 'waiting' ? waiting(facts, run) : begun(facts, run);
  return { ...facts, state: run?.state ?? 'idle', text: sentences.filter((sentence) => sentence !== '').join(' ') };
}

function idle({ dataflow, slot, status, triggerMode, explanation, sources }: WhyFacts): string[] {
  const title = slotTitle(dataflow, slot);
  if (status !== 'enabled') return [`${title} has no open run: it is ${status}, so nothing can start it.`];
  const how = triggerMode === 'auto' ? 'a finished source starts it' : 'somebody starts it (trigger mode manual)';
  if (!explanation) return [`${title} has no open run: ${how}.`];
  if (sources.length === 0) return [`${title} has no open run: ${how}. It has no sources, so it may at any time.`];
  const ready = leavesOf(explanation).reduce((sum, leaf) => sum + leaf.ready, 0);
  if (!explanation.satisfied) {
    return [`${title} has no open run: ${how}, and it is ${explain(explanation)}.`, ...missing(explanation, sources)];
  }
  if (triggerMode === 'manual') return [`${title} has no open run: ${how}. Its rule is met: ${runs(ready)} ready.`];
  return ready === 0
    ? [`${title} has no open run: ${how}, and none has finished since its last run.`, ...suspended(sources)]
    : [
        `${title} has no open run although its rule is met (${runs(ready)} ready): a wake-up is under way, or was lost.`,
      ];
}

function waiting({ explanation, sources }: WhyFacts, run: Run): string[] {
  const since = `Run ${run.runId} of ${slotTitle(run.dataflow, run.slot)} has been waiting since ${at(run.openedAt)}`;
  if (!explanation) return [`${since}.`];
  if (explanation.satisfied) return [`${since}. Its rule is met now: it is about to start.`];
  return [`${since}: it is ${explain(explanation)}.`, ...missing(explanation, sources)];
}

function begun({ sourceCount }: WhyFacts, run: Run): string[] {
  const title = `Run ${run.runId} of ${slotTitle(run.dataflow, run.slot)}`;
  const by = run.triggered ? 'because a finished source asked for it' : 'because somebody asked for it';
  const how =
    run.startedAt === null
      ? `${title} never started: it was asked for at ${at(run.openedAt)}`
      : `${title} started at ${at(run.startedAt)} ${by} and ${met(run, sourceCount)}`;
  if (isOpen(run.state)) return [`${how}. It has not ended yet.`];
  const wrote = run.state === 'success' && run.recordCount !== null ? ` with ${rows(run.recordCount)}` : '';
  const end = `It ended ${run.state}${wrote}${run.endedAt ? ` at ${at(run.endedAt)}` : ''}`;
  return [`${how}.`, `${end}${run.message === null ? '' : `: ${run.message}`}`.replace(/([^.])$/, '$1.')];
}

function met({ rule }: Run, sourceCount: number): string {
  const consumed = sourceCount === 0 ? 'consumed nothing' : `consumed ${runs(sourceCount)}`;
  return rule.check === 'ignore' ? `waited for nothing; it ${consumed}` : `its rule was met; it ${consumed}`;
}

/** What became of the sources that are waited for. */
function missing(explanation: Explanation, sources: readonly WhySource[]): string[] {
  const byKey = new Map(sources.map((source) => [source.source, source]));
  const unmet = leavesOf(explanation).filter((leaf) => !leaf.satisfied);
  const told = unmet.slice(0, NAMED).map(({ source }) => {
    const known = byKey.get(source);
    return known ? `${source} ${became(known)}.` : '';
  });
  const more = unmet.length > NAMED ? `And ${String(unmet.length - NAMED)} more.` : '';
  return [...told, more, ...suspended(sources)];
}

function became({ newest, lastRun }: WhySource): string {
  const last =
    !lastRun || lastRun.runId === newest?.sourceRunId
      ? ''
      : isOpen(lastRun.state)
        ? `; its run ${lastRun.runId} is ${lastRun.state} since ${at(lastRun.at)}`
        : `; its last run ${lastRun.runId} ended ${lastRun.state} at ${at(lastRun.at)}`;
  if (!newest) return lastRun ? `has finished no run for it${last}` : 'never ran';
  const { claimedBy } = newest;
  const claimed = claimedBy ? `was consumed by run ${claimedBy.runId} (${claimedBy.state})` : 'is ready';
  return `finished its newest run ${newest.sourceRunId} at ${at(newest.readyAt)}, which ${claimed}${last}`;
}

function suspended(sources: readonly WhySource[]): string[] {
  return sources.flatMap(({ source, suspendedAt }) =>
    suspendedAt ? [`${source} is left out: its relation was suspended at ${at(suspendedAt)}.`] : [],
  );
}

const at = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const runs = (count: number): string => `${count.toLocaleString('en-US')} source run${count === 1 ? '' : 's'}`;
const rows = (count: number): string => `${count.toLocaleString('en-US')} row${count === 1 ? '' : 's'}`;
