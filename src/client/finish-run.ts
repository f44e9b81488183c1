// Ends an external run: returns when the end is in MySQL.

import { RunAlreadyFinishedError } from '../domain/errors';
import { MESSAGES } from '../domain/messages';
import { parseFinish } from '../domain/finish-request';
import type { FinishRequest, FinishRequestInput } from '../domain/finish-request';
import type { Run } from '../domain/model';
import type { FinishInfo } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { isSameFinish } from '../domain/same-finish';
import { findOpenRun, getRun } from '../store';
import type { Context } from './context';
import { isGone } from './temporal-errors';
import { untilAnswered } from './until-answered';
import { wakeWorkflow } from './wake-workflow';

export interface FinishOptions extends Omit<FinishRequestInput, 'status' | 'runId'> {
  /** How long to wait for a worker's answer, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
}

export async function finishRun(
  context: Context,
  status: FinishRequestInput['status'],
  runId: string,
  options: FinishOptions,
): Promise<FinishInfo> {
  const { timeoutMs = 30_000, ...report } = options;
  const request = parseFinish({ ...report, status, runId });
  const deadline = Date.now() + timeoutMs;
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) return late(context, run, request, deadline);
  try {
    return await untilAnswered(context, deadline, `finishing run ${runId}`, () =>
      context.temporal.workflow
        .getHandle(run.workflowId)
        .executeUpdate<FinishInfo, [unknown]>(MESSAGES.finishRun, { args: [request] }),
    );
  } catch (error) {
    if (!isGone(error) && !(error instanceof RunAlreadyFinishedError)) throw error;
    // Ended between our look and our message (by an earlier try of the same, it may be), or its workflow is gone.
    const now = await getRun(context.db, runId);
    return late(context, isOpen(now.state) ? { ...now, state: 'orphaned' } : now, request, deadline);
  }
}

/**
 * The same finish twice is fine. The first one's message may have been lost with the workflow task that took it: the end is
 * in MySQL then, and the workflow doesn't know, nor go on into the slot's next run.
 */
async function late(context: Context, run: Run, request: FinishRequest, deadline: number): Promise<FinishInfo> {
  if (isOpen(run.state) || !isSameFinish(run, request)) throw runEnded(run);
  const next = await findOpenRun(context.db, run.dataflowId, run.slot);
  if (next?.workflowId !== run.workflowId) {
    await untilAnswered(context, deadline, `waking run ${run.runId}`, () => wakeWorkflow(context, run.workflowId));
  }
  return { runId: run.runId, state: run.state };
}
