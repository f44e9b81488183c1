// Wakes what could start and hasn't. Where that is of no use (its workflow fails, or doesn't see what we see), it is tried more and
// more seldom: each time is an event, and a signal in its history.

import type { Finding } from '../domain/finding';
import { isWorthHealing } from '../domain/healing';
import type { Run } from '../domain/model';
import { slotWorkflowId } from '../domain/slot';
import { findDataflow, findRun, healedBefore, insertEvent } from '../store';
import { findRunning, needsWakeup } from '../temporal/running';
import type { AttemptDeps, Execution } from './deps';
import { signal, wakeSlot } from './wake-targets';

type Of<Kind extends Finding['kind']> = Extract<Finding, { kind: Kind }>;

/** `pauseMs`: see isWorthHealing. False when it isn't to be woken, or not yet. */
export async function wakeRun(deps: AttemptDeps, finding: Of<'lostWakeup'>, pauseMs: number): Promise<boolean> {
  const { kind, workflowId } = finding;
  const running = await findRunning(deps.client(), workflowId);
  const run = await findRun(deps.db, finding.runId);
  if (!running || !needsWakeup(running) || run?.state !== 'waiting') return false;
  return (await tellIfDue(deps, run, { kind, workflowId }, pauseMs)) && signal(deps, workflowId);
}

/** As `wakeRun`, of a slot without an open run. */
export async function wakeIdle(
  deps: AttemptDeps,
  { kind, dataflowId, slot, sourceRunId }: Of<'idleSlot'>,
  execution: Execution,
  pauseMs: number,
): Promise<boolean> {
  const dataflow = await findDataflow(deps.db, { id: dataflowId });
  const workflowId = slotWorkflowId(dataflow.key, slot);
  const running = await findRunning(deps.client(), workflowId);
  if (running && !needsWakeup(running)) return false;
  const source = await findRun(deps.db, sourceRunId);
  if (source && !(await tellIfDue(deps, source, { kind, workflowId }, pauseMs))) return false;
  await wakeSlot(deps, { ...dataflow, slot }, execution);
  return true;
}

/** Before the signal: what was done is told in any case, at worst twice. */
function tellIfDue(
  deps: AttemptDeps,
  { runId, dataflowId }: Run,
  detail: { readonly kind: string; readonly workflowId: string },
  pauseMs: number,
): Promise<boolean> {
  return deps.transaction(async (tx) => {
    if (!isWorthHealing(await healedBefore(tx, runId, detail), pauseMs)) return false;
    await insertEvent(tx, runId, dataflowId, 'heal', detail);
    return true;
  });
}
