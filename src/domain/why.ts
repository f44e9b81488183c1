// "Why does it wait?", "why did it start?": what is known of a slot, and the same in one plain paragraph. Pure.

import { parseDuration, showDuration } from './duration';
import type { DataflowStatus, Run, SlotRun, TriggerMode } from './model';
import { explain, leavesOf } from './rule';
import type { Explanation } from './rule';
import { isOpen } from './run-state';
import type { RunState } from './run-state';
import { slotTitle } from './slot';
import { explainPause, explainWait } from './start';
import type { Pause, WaitReason } from './start';
import { explainHolder } from './withheld';

/** A source of the dataflow that was asked about. */
export interface WhySource {
  readonly source: string;
  readonly relationId: string;
  /** Suspended relations are neither waited for nor consumed. */
  readonly suspendedAt: Date | null;
  readonly suspendedBy: string | null;
  readonly suspendReason: string | null;
  /** Its newest run that fed this slot, and who claimed it; null: none ever did. */
  readonly newest: SlotRun | null;
  /** Its newest run of all, in whatever state; null: it never ran. */
  readonly lastRun: { readonly runId: string; readonly state: RunState; readonly at: Date } | null;
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
  /** From 1 on. */
  readonly attempt: number;
  readonly lastFailure: string | null;
}

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
  /** The rule as it stands now; null once a run has started. */
  readonly explanation: Explanation | null;
  /** Source runs that the slot's queue has ready. */
  readonly readyCount: number;
  /** Of a slot without an open run: why none can open in it; null: one can. */
  readonly blocked: string | null;
  /** What the run waits for, or would wait for if it were asked for now; null: nothing. */
  readonly waitingFor: WaitReason | null;
  /** When time alone will change that. */
  readonly lookAt: Date | null;
  /** Of a run that started although its rule wasn't met: its deadline was over. */
  readonly byDeadline: boolean;
  /** Of a run that failed: what it had claimed went back to the queue. */
  readonly gaveBack: boolean;
  readonly sources: readonly WhySource[];
  /** Queue rows of the slot that nobody may claim at present, by who keeps them. */
  readonly withheld: readonly { readonly by: string; readonly count: number }[];
  /** The newest run that consumes its sources once more. */
  readonly rerun: { readonly runId: string; readonly state: RunState } | null;
  /** Of a run whose job is an activity that has not ended; null also where Temporal can't be asked. */
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

/** Sources, or runs, that the paragraph names. */
const NAMED = 6;

export function why(facts: WhyFacts): Why {
  const { run } = facts;
  const sentences = !run ? idle(facts) : run.state === 'waiting' ? waiting(facts, run) : begun(facts, run);
  return { ...facts, state: run?.state ?? 'idle', text: sentences.filter((sentence) => sentence !== '').join(' ') };
}

function idle(facts: WhyFacts): string[] {
  const { dataflow, slot, status, triggerMode, explanation, sources, waitingFor, blocked } = facts;
  const count = facts.readyCount;
  const title = slotTitle(dataflow, slot);
  if (status !== 'enabled') return [`${title} has no open run: it is ${status}, so nothing can start it.`];
  const how = triggerMode === 'auto' ? 'a finished source starts it' : 'somebody starts it (trigger mode manual)';
  if (waitingFor?.for === 'pause') return [`${title} has no open run: ${explainPause(waitingFor)}.`, ...ready(facts)];
  if (!explanation) return [`${title} has no open run: ${how}.`];
  if (sources.length === 0) return [`${title} has no open run: ${how}. It has no sources, so it may at any time.`];
  if (!explanation.satisfied) {
    return [`${title} has no open run: ${how}, and it is ${explain(explanation)}.`, ...missing(explanation, facts)];
  }
  if (blocked !== null)
    return [`${title} has no open run although its rule is met (${runs(count)} ready): it can't start. ${blocked}`];
  const withheld = [...suspended(sources), ...withheldBy(facts)];
  if (triggerMode === 'manual') {
    const held = waitingFor && waitingFor.for !== 'sources' ? `A start would be ${explainWait(waitingFor, null)}.` : '';
    return [`${title} has no open run: ${how}. Its rule is met: ${runs(count)} ready.`, held, ...withheld];
  }
  return count === 0
    ? [`${title} has no open run: ${how}, and none has finished since its last run.`, ...withheld]
    : [
        `${title} has no open run although its rule is met (${runs(count)} ready): a wake-up is under way, or was lost, or ` +
          `these are what its last run gave back when it failed.`,
      ];
}

function waiting(facts: WhyFacts, run: Run): string[] {
  const { explanation, waitingFor } = facts;
  const since = `Run ${run.runId} of ${slotTitle(run.dataflow, run.slot)} has been waiting since ${at(run.openedAt)}`;
  const limits = [...late(run), ...deadline(run, facts)];
  if (waitingFor && waitingFor.for !== 'sources') {
    return [`${since}: it is ${explainWait(waitingFor, explanation)}.`, ...ready(facts), ...limits];
  }
  if (!explanation) return [`${since}.`];
  if (explanation.satisfied) return [`${since}. Its rule is met now: it is about to start.`];
  return [`${since}: it is ${explain(explanation)}.`, ...missing(explanation, facts), ...limits];
}

/** For what is held up although its sources may be there. */
function ready({ explanation, waitingFor, readyCount }: WhyFacts): string[] {
  if (waitingFor?.for !== 'pause' || !explanation) return [];
  return [
    explanation.satisfied
      ? `Its rule is met: ${runs(readyCount)} ready.`
      : `Its rule isn't met: ${explain(explanation)}.`,
  ];
}

const late = ({ lateAt }: Run): string[] => (lateAt ? [`It is late since ${at(lateAt)}.`] : []);

function deadline({ openedAt, policy }: Run, { explanation, waitingFor, now }: WhyFacts): string[] {
  if (!policy.deadline) return [];
  const { after, action } = policy.deadline;
  const end = new Date(openedAt.getTime() + parseDuration(after, 'deadline.after'));
  if (action === 'expire') return explanation?.satisfied ? [] : [`At ${at(end)} it expires.`];
  if (end > now) return [`At ${at(end)} it starts with what is there.`];
  const then = waitingFor?.for === 'pause' ? 'when the pause is over' : 'as soon as nothing else holds it up';
  return [`Its deadline passed at ${at(end)}: it starts with what is there ${then}.`];
}

function begun(facts: WhyFacts, run: Run): string[] {
  const title = `Run ${run.runId} of ${slotTitle(run.dataflow, run.slot)}`;
  const how =
    run.startedAt === null
      ? `${title} never started: it was asked for at ${at(run.openedAt)}`
      : `${title} started at ${at(run.startedAt)} ${asked(run)} and ${met(run, facts)}`;
  if (isOpen(run.state)) return [`${how}. It has not ended yet.`, ...attempts(facts), ...lease(run)];
  const wrote = run.state === 'success' && run.recordCount !== null ? ` with ${rows(run.recordCount)}` : '';
  const code = run.errorCode === null ? '' : ` (${run.errorCode})`;
  const end = `It ended ${run.state}${code}${wrote}${run.endedAt ? ` at ${at(run.endedAt)}` : ''}`;
  return [
    `${how}.`,
    `${end}${run.message === null ? '' : `: ${run.message}`}`.replace(/([^.])$/, '$1.'),
    ...aftermath(facts, run),
  ];
}

function asked({ triggered, rerunOf, cause }: Run): string {
  if (rerunOf !== null) return `as the ${cause ?? 'rerun'} of run ${rerunOf}`;
  return triggered ? 'because a finished source asked for it' : 'because somebody asked for it';
}

function attempts({ job }: WhyFacts): string[] {
  if (!job) return [];
  const failed = job.lastFailure === null ? '' : `; the last one failed: ${job.lastFailure}`;
  return [`Its job is at attempt ${String(job.attempt)}${failed}`.replace(/([^.])$/, '$1.')];
}

function lease({ heartbeatTimeoutMs, heartbeatAt }: Run): string[] {
  if (heartbeatTimeoutMs === null) return [];
  const heard = heartbeatAt ? `; it was last heard of at ${at(heartbeatAt)} or later` : '';
  return [`It promised a heartbeat every ${showDuration(heartbeatTimeoutMs)}${heard}.`];
}

/** Of a failed run: where its sources are, and who waits behind it. */
function aftermath({ rerun, sourceCount, stuck, gaveBack }: WhyFacts, run: Run): string[] {
  const again = rerun ? [`Its sources were taken up again by run ${rerun.runId} (${rerun.state}).`] : [];
  if (run.state === 'success') return again;
  const held =
    rerun || sourceCount === 0
      ? []
      : gaveBack
        ? [`What it had claimed went back to the queue.`]
        : [`It holds the ${runs(sourceCount)} that it claimed until it is retried.`];
  const named = stuck
    .slice(0, NAMED)
    .map((behind) => `run ${behind.runId} of ${slotTitle(behind.dataflow, behind.slot)}`);
  const more = stuck.length > NAMED ? ` and ${String(stuck.length - NAMED)} more` : '';
  const behind = stuck.length > 0 ? [`Behind it wait ${named.join(', ')}${more}.`] : [];
  return [...again, ...held, ...behind];
}

function met({ rule, policy }: Run, { sourceCount, byDeadline }: WhyFacts): string {
  const consumed = sourceCount === 0 ? 'consumed nothing' : `consumed ${runs(sourceCount)}`;
  if (byDeadline) {
    return `its deadline${policy.deadline ? ` (${policy.deadline.after})` : ''} was over, though its rule wasn't met; it ${consumed}`;
  }
  return rule.check === 'ignore' ? `waited for nothing; it ${consumed}` : `its rule was met; it ${consumed}`;
}

/** What became of the sources that are waited for. */
function missing(explanation: Explanation, facts: WhyFacts): string[] {
  const { sources } = facts;
  const byKey = new Map(sources.map((source) => [source.source, source]));
  const unmet = leavesOf(explanation).filter((leaf) => !leaf.satisfied && !leaf.leftOut);
  const told = unmet.slice(0, NAMED).map(({ source }) => {
    const known = byKey.get(source);
    return known ? `${source} ${became(known)}.` : '';
  });
  const more = unmet.length > NAMED ? `And ${String(unmet.length - NAMED)} more.` : '';
  return [...told, more, ...suspended(sources), ...withheldBy(facts)];
}

function became({ newest, lastRun }: WhySource): string {
  const last =
    !lastRun || lastRun.runId === newest?.sourceRunId
      ? ''
      : isOpen(lastRun.state)
        ? `; its run ${lastRun.runId} is ${lastRun.state} since ${at(lastRun.at)}`
        : `; its last run ${lastRun.runId} ended ${lastRun.state} at ${at(lastRun.at)}`;
  if (!newest) return lastRun ? `has finished no run for it${last}` : 'never ran';
  const { claimedBy, withheld } = newest;
  const free = withheld ? 'is withheld' : 'is ready';
  const claimed = claimedBy ? `was consumed by run ${claimedBy.runId} (${claimedBy.state})` : free;
  return `finished its newest run ${newest.sourceRunId} at ${at(newest.readyAt)}, which ${claimed}${last}`;
}

function suspended(sources: readonly WhySource[]): string[] {
  return sources.flatMap(({ source, suspendedAt, suspendedBy, suspendReason }) => {
    if (!suspendedAt) return [];
    const by = suspendedBy === null ? '' : ` by ${suspendedBy}`;
    const reason = suspendReason === null ? '' : ` (${suspendReason})`;
    return [`${source} is left out: its relation was suspended at ${at(suspendedAt)}${by}${reason}.`];
  });
}

function withheldBy({ withheld }: WhyFacts): string[] {
  return withheld.map(
    ({ by, count }) => `${runs(count)} ${count === 1 ? 'is' : 'are'} withheld by ${explainHolder(by)}.`,
  );
}

const at = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const runs = (count: number): string => `${count.toLocaleString('en-US')} source run${count === 1 ? '' : 's'}`;
const rows = (count: number): string => `${count.toLocaleString('en-US')} row${count === 1 ? '' : 's'}`;
