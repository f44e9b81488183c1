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
import { getRun } from '../store';
import type { Context } from './context';
import { isGone } from './temporal-errors';
import { untilAnswered } from './until-answered';

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
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) return late(run, request);
  try {
    return await untilAnswered(context, Date.now() + timeoutMs, `finishing run ${runId}`, () =>
      context.temporal.workflow
        .getHandle(run.workflowId)
        .executeUpdate<FinishInfo, [unknown]>(MESSAGES.finishRun, { args: [request] }),
    );
  } catch (error) {
    if (!isGone(error) && !(error instanceof RunAlreadyFinishedError)) throw error;
    // Ended between our look and our message (by an earlier try of the same, it may be), or its workflow is gone.
    const now = await getRun(context.db, runId);
    return late(isOpen(now.state) ? { ...now, state: 'orphaned' } : now, request);
  }
}

/** The same finish twice is fine. */
function late(run: Run, request: FinishRequest): FinishInfo {
  if (!isOpen(run.state) && isSameFinish(run, request)) return { runId: run.runId, state: run.state };
  throw runEnded(run);
}
