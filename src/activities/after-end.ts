// After a run's end has committed, a new look (rule 2): whom to wake, and whether the slot's own queue holds a next run.
// Repeated as often as anybody likes: it decides nothing and writes nothing.

import type { RunId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import type { FinishedRun } from '../domain/protocol';
import { startRule } from '../domain/rule';
import { isOpen } from '../domain/run-state';
import { slotWorkflowId } from '../domain/slot';
import { decide, findDataflow, findRun } from '../store';
import { isIdle } from './claim';
import type { Deps, Execution } from './deps';
import { wakeFew, wakeSlot } from './wake-targets';

export async function afterEnd(deps: Deps, run: Run, execution: Execution): Promise<FinishedRun> {
  const { runId, state, slot, recordCount, batchRunId, partitionKey, message } = run;
  if (isOpen(state)) throw new Error(`Run ${runId} is open.`);
  const targetsToWake = state === 'success' ? await wakeFew(deps, runId, execution) : 0;
  const next = await nextRun(deps, run);
  // Only the slot's own workflow can continue as new into the next run; any other wakes the slot.
  const own = next !== undefined && execution.workflowId === slotWorkflowId(run.dataflow, slot);
  if (next && !own) await wakeSlot(deps, { ...next, slot }, execution);
  return { runId, end: { state, recordCount, batchRunId, partitionKey, message }, targetsToWake, next: own };
}

/**
 * For a run whose workflow was woken although it waits for a message: its end may be in MySQL already, while the message
 * that brought it there was lost with the workflow task that took it. Null: the run is open.
 */
export async function checkEnd(deps: Deps, runId: RunId, execution: Execution): Promise<FinishedRun | null> {
  const run = await findRun(deps.db, runId);
  return !run || isOpen(run.state) ? null : afterEnd(deps, run, execution);
}

// A cancelled run is asked for again only by a rule that is met: cancelling a waiting run must not open the next one.
async function nextRun(deps: Deps, run: Run): Promise<Dataflow | undefined> {
  const dataflow = await findDataflow(deps.db, { id: run.dataflowId });
  if (dataflow.trigger.mode !== 'auto' || dataflow.status !== 'enabled') return undefined;
  const rule = startRule(dataflow.trigger.when);
  const { satisfied, claim, explanation } = await decide(deps.db, dataflow.id, run.slot, rule);
  return (satisfied || run.state !== 'cancelled') && !isIdle(explanation, claim) ? dataflow : undefined;
}
