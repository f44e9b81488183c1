// What becomes of a run, or of a slot without one, that nothing keeps from going on. MySQL tells that it should, Temporal whether it is
// about to.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataflow, Run } from '../../domain/model';
import { slotWorkflowId } from '../../domain/slot';
import { isMet } from '../../domain/start';
import type { WakeUp, WhyFacts } from '../../domain/why';
import { findRunning, needsWakeup } from '../../temporal/running';
import type { Running } from '../../temporal/running';
import { findRun } from '../../store';
import type { QueueDecision } from '../../store';
import type { Context } from '../context';

/** What is younger may be in the middle of something: as the housekeeper has it. */
const GRACE_MS = 15_000;
/** A person waits, and has the rest of the answer already. */
const TIMEOUT_MS = 2_000;
/** What lets a run go on isn't always dated (a resume, a place that is free): its wake-up may only just be going out. */
const LOOK_AGAIN_MS = 1_000;

type Found = Pick<WhyFacts, 'wakeUp' | 'pausedExecution'>;
type Asked = Pick<Context, 'calls' | 'temporal' | 'db'>;

const found = (wakeUp: WakeUp | null): Found => ({ wakeUp, pausedExecution: null });

export const NOT_WOKEN = found(null);

/** Null where it waits, where nothing is to start by itself, or Temporal can't be asked. `run`: the slot's, which waits. */
export async function wakeUpOf(
  asked: Asked,
  dataflow: Dataflow,
  slot: string,
  decision: QueueDecision,
  run: Run | null,
): Promise<Found> {
  const times = run ? timesOf(run, decision) : timesOfIdle(dataflow, decision);
  if (times.length === 0) return NOT_WOKEN;
  const newest = times.reduce((a, b) => Math.max(a, b.getTime()), 0);
  const isYoung = decision.now.getTime() - newest < GRACE_MS;
  const workflowId = run?.workflowId ?? slotWorkflowId(dataflow.key, slot);
  try {
    const running = await findNow(asked, workflowId);
    if (running?.paused) return { wakeUp: 'paused', pausedExecution: { workflowId, ...running.paused } };
    if (isYoung) return found('underWay');
    if (!running) return found(run ? 'gone' : 'lost');
    if (!needsWakeup(running)) return found(running.workflowTask === 'scheduled' ? 'noWorker' : 'underWay');
    return found(run && (await goesOn(asked, run, running)) ? 'underWay' : 'lost');
  } catch {
    return NOT_WOKEN;
  }
}

const findNow = ({ calls, temporal }: Asked, workflowId: string): Promise<Running | undefined> =>
  calls.run(temporal, Date.now() + TIMEOUT_MS, 'asking for the slot', () => findRunning(temporal, workflowId));

/** What may have let it go on; none: it has to wait. */
function timesOf({ openedAt, waitingSince }: Run, { kind, ready }: QueueDecision): Date[] {
  if (kind === 'wait') return [];
  return [openedAt, ...(waitingSince ? [waitingSince] : []), ...ready.map(({ readyAt }) => readyAt)];
}

/** What it is woken for; none: nothing is to start by itself. */
function timesOfIdle({ trigger }: Dataflow, decision: QueueDecision): Date[] {
  if (trigger.mode !== 'auto' || !isMet(decision)) return [];
  if (decision.kind === 'wait' && decision.reason.for === 'pause') return [];
  return decision.ready.filter(({ cause }) => cause !== 'release').map(({ readyAt }) => readyAt);
}

/** Whether a moment has moved it: it has started, or was sent something. */
async function goesOn(asked: Asked, { runId, workflowId }: Run, before: Running): Promise<boolean> {
  await sleep(LOOK_AGAIN_MS);
  const running = await findNow(asked, workflowId);
  if (running?.runId !== before.runId || !needsWakeup(running)) return true;
  return (await findRun(asked.db, runId))?.state !== 'waiting';
}
