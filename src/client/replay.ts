// Replays a run with everything that was made of it.

import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { InvalidArgumentError } from '../domain/errors';
import { DATAFLOW_REPLAY, MESSAGES } from '../domain/messages';
import type { ReplayOutcome } from '../domain/replay';
import { getRun } from '../store';
import { ALIVE } from '../temporal/running-execution';
import type { Context } from './context';
import type { OperateOptions } from './operate';
import { EndingError, isGone } from './temporal-errors';
import { untilAnswered } from './until-answered';

export interface ReplayStarted extends ReplayOutcome {
  readonly workflowId: string;
}

/** It is part of what queue rows are withheld by, and of its runs' workflow IDs. */
export const REPLAY_ID = /^[\w.-]{1,50}$/;

/** Returns what is to be replayed, once that is known. */
export async function replayDownstream(
  context: Context,
  runId: string,
  { by, reason, requestId: given, timeoutMs = 30_000 }: OperateOptions,
): Promise<ReplayStarted> {
  const requestId = given ?? randomUUID();
  if (!REPLAY_ID.test(requestId)) {
    throw new InvalidArgumentError('requestId must be up to 50 letters, digits, and _ . - for a replay.', {
      field: 'requestId',
    });
  }
  const run = await getRun(context.db, runId);
  const workflowId = `dlc-replay:${requestId}`;
  const { workflow } = context.temporal;
  const start = (again: string | undefined): Promise<ReplayOutcome> =>
    workflow.executeUpdateWithStart<Workflow, ReplayOutcome, []>(MESSAGES.planned, {
      updateId: ['planned', requestId, ...(again === undefined ? [] : [again])].join(':'),
      startWorkflowOperation: new WithStartWorkflowOperation(DATAFLOW_REPLAY, {
        workflowId,
        taskQueue: context.taskQueue,
        args: [{ runId, by: by ?? context.actor, reason: reason ?? null }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        memo: { [REPLAYED]: runId },
        staticSummary: `Replay of ${run.dataflow}, and of what was made of it`,
      }),
    });
  const outcome = await untilAnswered(context, Date.now() + timeoutMs, `replaying run ${runId}`, async () => {
    if (given === undefined) return start(undefined);
    const known = await knownReplay(context, workflowId, runId, given);
    if (known?.outcome) return known.outcome;
    const planned = await start(known?.refusedAs);
    // It may have been begun by somebody else in between.
    await checkSameReplay(context, workflowId, runId, given);
    return planned;
  });
  return { ...outcome, workflowId };
}

/** In the memo of a replay's workflow: the run that it replays. */
const REPLAYED = 'dlcReplayed';

/** Undefined: it was never asked for. `refusedAs`: the execution that refused it; the lake may have gone on since. */
type Known =
  | { readonly outcome: ReplayOutcome; readonly refusedAs?: never }
  | { readonly outcome?: never; readonly refusedAs: string };

async function knownReplay(
  context: Context,
  workflowId: string,
  runId: string,
  given: string,
): Promise<Known | undefined> {
  const execution = await checkSameReplay(context, workflowId, runId, given);
  if (!execution) return undefined;
  const handle = context.temporal.workflow.getHandle(workflowId, execution.runId);
  if (!ALIVE.has(execution.status.name)) {
    const outcome = await handle.query<ReplayOutcome>(MESSAGES.status);
    return outcome.steps.length > 0 ? { outcome } : { refusedAs: execution.runId };
  }
  try {
    return { outcome: await handle.executeUpdate<ReplayOutcome, []>(MESSAGES.planned) };
  } catch (error) {
    throw isGone(error) ? new EndingError('The replay has just ended.') : error;
  }
}

/** @throws InvalidArgumentError when the requestId was for a replay of another run. */
async function checkSameReplay(
  { temporal }: Context,
  workflowId: string,
  runId: string,
  requestId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  const execution = await temporal.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
  const replayed = execution?.memo?.[REPLAYED];
  if (typeof replayed !== 'string' || replayed === runId) return execution;
  throw new InvalidArgumentError(
    `The requestId ${requestId} was for a replay of run ${replayed} already. Give every replay its own.`,
    { field: 'requestId', runId: replayed },
  );
}
