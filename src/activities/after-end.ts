// After a run's end has committed, a new look (rule 2): whom to wake, and whether the slot's own queue holds a next run.
// Repeated as often as anybody likes: it decides nothing and writes nothing.

import type { RunId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import type { FinishedRun } from '../domain/protocol';
import { isOpen } from '../domain/run-state';
import type { EndState } from '../domain/run-state';
import type { RecordedEnd } from '../domain/same-finish';
import { slotWorkflowId } from '../domain/slot';
import { isMet } from '../domain/start';
import { decide, findDataflow, findRun, questionOfSlot } from '../store';
import { isIdle } from './claim';
import type { AttemptDeps, Execution } from './deps';
import { wakeNextInLine } from './wake-line';
import { wakeFew, wakeSlot } from './wake-targets';

export async function afterEnd(deps: AttemptDeps, run: Run, execution: Execution): Promise<FinishedRun> {
  const { runId, state, slot } = run;
  if (isOpen(state)) throw new Error(`Run ${runId} is open.`);
  const targetsToWake = state === 'success' ? await wakeFew(deps, runId, execution) : 0;
  const dataflow = await findDataflow(deps.db, { id: run.dataflowId });
  await wakeNextInLine(deps, dataflow);
  const next = (await hasNext(deps, dataflow, run)) ? dataflow : undefined;
  // Only the slot's own workflow can continue as new into the next run; any other wakes the slot.
  const own = next !== undefined && execution.workflowId === slotWorkflowId(run.dataflow, slot);
  if (next && !own) await wakeSlot(deps, { ...next, slot }, execution);
  return { runId, end: recordedEnd(run, state), targetsToWake, next: own };
}

/**
 * For a run whose workflow was woken although it waits for a message: its end may be in MySQL already, while the message
 * that brought it there was lost with the workflow task that took it. Null: the run is open.
 */
export async function checkEnd(deps: AttemptDeps, runId: RunId, execution: Execution): Promise<FinishedRun | null> {
  const run = await findRun(deps.db, runId);
  return !run || isOpen(run.state) ? null : afterEnd(deps, run, execution);
}

function recordedEnd(run: Run, state: EndState): RecordedEnd {
  const { recordCount, batchRunId, partitionKey, message, errorCode, partitions, finishRequestId } = run;
  const rest = { errorCode, partitions, finishRequestId };
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return { state, recordCount, batchRunId, partitionKey, message, ...given };
}

// A run that was cancelled or has expired is asked for again only by a rule that is met: its end must not open the next one.
// And what failed runs gave back starts nothing after another failure, or they would fail again and again.
async function hasNext(deps: AttemptDeps, dataflow: Dataflow, run: Run): Promise<boolean> {
  const { trigger, status, pause } = dataflow;
  if (trigger.mode !== 'auto' || status !== 'enabled' || pause) return false;
  const decision = await decide(deps.db, dataflow, questionOfSlot(dataflow, run.slot), 'look');
  if (isIdle(decision)) return false;
  if (run.state !== 'success' && decision.ready.every(({ cause }) => cause === 'release')) return false;
  return isMet(decision) || (run.state !== 'cancelled' && run.state !== 'expired');
}
