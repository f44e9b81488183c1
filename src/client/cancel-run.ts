// Cancels an open run.

import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import type { Run } from '../domain/model';
import { checkWho } from '../domain/operation';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { getRun } from '../store';
import { cancelExecution } from '../temporal/cancel-execution';
import type { Context } from './context';
import { operate, operateSoon } from './operate';
import type { Who } from './operate';
import { isGone, toDlcError } from './temporal-errors';

export interface CancelOptions extends Who {
  /** How long to wait for its end, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Kept with who did it and why. Returns the run once its end is in MySQL, or as it is when the time is over: a job may take long to stop.
 * @throws RunNotFoundError, RunAlreadyFinishedError
 */
export async function cancelRun(
  context: Context,
  runId: string,
  { timeoutMs = 10_000, ...who }: CancelOptions,
): Promise<Run> {
  checkWho(who);
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) throw runEnded(run);
  const deadline = Date.now() + timeoutMs;
  await operateSoon(context, { kind: 'cancelRun', runId: run.runId }, who, timeoutMs);
  return cancelOpen(context, run, Math.max(deadline - Date.now(), 0));
}

/** Of a run that was open a moment ago. One whose workflow is gone ends `orphaned`. */
export async function cancelOpen(context: Context, run: Run, timeoutMs: number): Promise<Run> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const cancelled = await cancelWorkflow(context, run, deadline);
    const now = await getRun(context.db, run.runId);
    if (!isOpen(now.state) || cancelled === 'late') return now;
    const left = deadline - Date.now();
    if (cancelled === 'unknown') await operate(context, { kind: 'cancelRun', runId: run.runId }, { timeoutMs: left });
  }
}

/** `unknown`: no workflow is known to work for it. `late`: the time is over. */
async function cancelWorkflow(
  { temporal, calls }: Context,
  run: Run,
  deadline: number,
): Promise<'closed' | 'unknown' | 'late'> {
  const doing = `cancelling run ${run.runId}`;
  try {
    return await calls.run(temporal, deadline, doing, async () => {
      const cancelled = await cancelExecution(temporal, run);
      if (typeof cancelled === 'string') return 'unknown';
      await temporal.workflow.result(run.workflowId, cancelled.execution, { followRuns: false });
      return 'closed';
    });
  } catch (error) {
    if (error instanceof WorkflowFailedError || error instanceof WorkflowContinuedAsNewError || isGone(error))
      return 'closed';
    if (Date.now() < deadline) throw toDlcError(error, doing);
    return 'late';
  }
}
