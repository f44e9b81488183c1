// Replays a run with everything that was made of it.

import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { DATAFLOW_REPLAY, MESSAGES } from '../domain/messages';
import type { ReplayOutcome } from '../domain/replay';
import { checkRequestId, checkSameRequest } from '../domain/request-id';
import { getRun } from '../store';
import type { Context } from './context';
import type { OperateOptions } from './operate';
import { toDlcError } from './temporal-errors';
import { untilAnswered } from './until-answered';

export interface ReplayStarted extends ReplayOutcome {
  readonly workflowId: string;
}

/** It is part of what queue rows are withheld by. */
const MAX_REQUEST_ID = 57;

/** Returns what is to be replayed, once that is known. */
export async function replayDownstream(
  context: Context,
  runId: string,
  { by, reason, requestId = randomUUID(), timeoutMs = 30_000 }: OperateOptions,
): Promise<ReplayStarted> {
  const run = await getRun(context.db, runId);
  const workflowId = `dlc-replay:${requestId}`;
  checkRequestId(requestId, MAX_REQUEST_ID);
  const outcome = await untilAnswered(context, Date.now() + timeoutMs, `replaying run ${runId}`, () => {
    const startWorkflowOperation = new WithStartWorkflowOperation(DATAFLOW_REPLAY, {
      workflowId,
      taskQueue: context.taskQueue,
      args: [{ runId, by: by ?? context.actor, reason: reason ?? null }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Replay of ${run.dataflow}, and of what was made of it`,
    });
    return context.temporal.workflow.executeUpdateWithStart<Workflow, ReplayOutcome, []>(MESSAGES.planned, {
      updateId: `planned:${requestId}`,
      startWorkflowOperation,
    });
  });
  // Its first step is what it was asked for; the answer may be that of one that is under way.
  const [first = null] = outcome.steps;
  const asked = { kind: 'replay', request: { runId: run.runId } };
  const known = { kind: 'replay', subject: first && `run ${first.runId}`, request: first && { runId: first.runId } };
  checkSameRequest(requestId, known, asked);
  return { ...outcome, workflowId };
}

/** How a replay stands. @throws NotFoundError-like UnavailableError when Temporal doesn't know it (any more). */
export async function getReplay({ calls, temporal }: Context, replayId: string): Promise<ReplayOutcome> {
  const doing = `asking for replay ${replayId}`;
  return calls
    .run(temporal, Date.now() + 10_000, doing, () =>
      temporal.workflow.getHandle(`dlc-replay:${replayId}`).query<ReplayOutcome>(MESSAGES.status),
    )
    .catch((error: unknown) => {
      throw toDlcError(error, doing);
    });
}
