// What becomes of a slot that has its sources and no run. MySQL tells that it should have one, Temporal whether one is coming.

import type { Dataflow } from '../../domain/model';
import { slotWorkflowId } from '../../domain/slot';
import { isMet } from '../../domain/start';
import type { WakeUp } from '../../domain/why';
import { findRunning, needsWakeup } from '../../temporal/running';
import type { QueueDecision } from '../../store';
import type { Context } from '../context';

/** What is younger may be in the middle of something: as the housekeeper has it. */
const GRACE_MS = 15_000;
/** A person waits, and has the rest of the answer already. */
const TIMEOUT_MS = 2_000;

/** Null where nothing is to start by itself, or Temporal can't be asked. `decision`: of a slot without an open run. */
export async function wakeUpOf(
  { calls, temporal }: Pick<Context, 'calls' | 'temporal'>,
  { key, trigger }: Dataflow,
  slot: string,
  decision: QueueDecision,
): Promise<WakeUp | null> {
  const wakes = decision.ready.filter(({ cause }) => cause !== 'release');
  if (trigger.mode !== 'auto' || !isMet(decision) || wakes.length === 0) return null;
  if (decision.kind === 'wait' && decision.reason.for === 'pause') return null;
  const newest = wakes.reduce((time, { readyAt }) => Math.max(time, readyAt.getTime()), 0);
  const isYoung = decision.now.getTime() - newest < GRACE_MS;
  try {
    const running = await calls.run(temporal, Date.now() + TIMEOUT_MS, 'asking for the slot', () =>
      findRunning(temporal, slotWorkflowId(key, slot)),
    );
    if (isYoung || !running || needsWakeup(running)) return isYoung ? 'underWay' : 'lost';
    if (running.paused) return null;
    return running.workflowTask === 'scheduled' ? 'noWorker' : 'underWay';
  } catch {
    return null;
  }
}
