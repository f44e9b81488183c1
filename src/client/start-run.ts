// Starts a run: one round trip to Temporal, which starts the slot's workflow and returns once it has claimed its sources.

import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { MESSAGES } from '../domain/messages';
import type { Dataflow } from '../domain/model';
import { toSourceRun } from '../domain/protocol';
import type { SourceRun, StartInfo } from '../domain/protocol';
import { slotOf, slotTitle, slotWorkflowId } from '../domain/slot';
import { parseStartRequest } from '../domain/start-request';
import type { StartRequestInput } from '../domain/start-request';
import { UnavailableError } from '../domain/errors';
import { claimedRows } from '../store';
import { slotStart } from '../temporal/slot-start';
import type { SlotToStart } from '../temporal/slot-start';
import type { Context } from './context';
import { endedStart, recheckOwner } from './recheck-owner';
import { untilAnswered } from './until-answered';

export interface StartOptions extends Omit<
  StartRequestInput,
  | 'dataflow'
  | 'triggered'
  | 'continuedRunId'
  | 'continuedJob'
  | 'rerunOf'
  | 'cause'
  | 'withholdBy'
  | 'replaced'
  | 'scheduled'
  | 'waitForPlace'
> {
  /** How long to wait for a worker's answer, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
}

export interface StartedRun extends Omit<StartInfo, 'sources'> {
  /** What the run consumes, oldest first. */
  readonly dataflowQueueList: readonly SourceRun[];
}

type Request = StartRequestInput & { readonly requestId: string };

/** What only the client itself sets. */
type Rerun = Pick<StartRequestInput, 'rerunOf' | 'cause'>;

/** `workflowId`: instead of the slot's own. */
export async function startRun(
  context: Context,
  dataflow: Dataflow,
  options: StartOptions & Rerun,
  workflowId?: string,
): Promise<StartedRun> {
  const { timeoutMs = 30_000, ...rest } = options;
  const requestId = rest.requestId ?? randomUUID();
  const request = { ...rest, dataflow: dataflow.key, requestId };
  parseStartRequest(request);
  const ended = rest.requestId === undefined ? undefined : await endedStart(context, dataflow, request);
  const { sources, ...started } = ended ?? (await askSlot(context, dataflow, request, timeoutMs, workflowId));
  const all = started.sourceCount > sources.length ? await claimedRows(context.db, started.runId) : undefined;
  return { ...started, dataflowQueueList: all ? all.map(toSourceRun) : sources };
}

async function askSlot(
  context: Context,
  dataflow: Dataflow,
  request: Request,
  timeoutMs: number,
  workflowId: string | undefined,
): Promise<StartInfo> {
  const woken = new Set<string>();
  // One a call: Temporal answers an ID that it knows with what it answered before, and the lake has gone on since.
  const call = randomUUID();
  const doing = `starting ${slotTitle(dataflow.key, request.partitionKey ?? null)}`;
  return untilAnswered(context, Date.now() + timeoutMs, doing, () =>
    updateWithStart(context, dataflow, request, `${call}:${String(woken.size)}`, workflowId).catch((error: unknown) =>
      recheckOwner(context, dataflow, request, woken, error),
    ),
  ).catch((error: unknown) => {
    throw error instanceof UnavailableError
      ? unanswered(error, slotToStart(context, dataflow, request), request.requestId, workflowId)
      : error;
  });
}

/** Nobody knows what became of it: a worker may open the run yet. */
function unanswered(
  error: UnavailableError,
  { key, slot, taskQueue }: SlotToStart,
  requestId: string,
  workflowId = slotWorkflowId(key, slot),
): UnavailableError {
  return new UnavailableError(
    `${error.message} The run may still open (workflow ${workflowId}, task queue ${taskQueue}): asked again with requestId ${requestId}, it opens once.`,
    { ...error.details, workflowId, taskQueue, requestId },
    { cause: error },
  );
}

function slotToStart({ taskQueue }: Context, dataflow: Dataflow, request: StartRequestInput): SlotToStart {
  return {
    ...dataflow,
    slot: slotOf(dataflow, request.partitionKey),
    taskQueue: dataflow.taskQueue ?? taskQueue,
  };
}

function updateWithStart(
  context: Context,
  dataflow: Dataflow,
  request: Request,
  updateId: string,
  workflowId: string | undefined,
): Promise<StartInfo> {
  const attributes = { dataflow: dataflow.key, partition: request.partitionKey ?? null };
  const { requestId, rerunOf = null, cause = null } = request;
  return context.searchAttributes.with(attributes, async (known) => {
    const { workflowType, options } = slotStart(slotToStart(context, dataflow, request), request, known);
    const own = workflowId === undefined ? options : { ...options, workflowId };
    const startWorkflowOperation = new WithStartWorkflowOperation(workflowType, own);
    return context.temporal.workflow.executeUpdateWithStart<Workflow, StartInfo, [unknown]>(MESSAGES.startedRun, {
      args: [{ requestId, rerunOf, cause }],
      updateId,
      startWorkflowOperation,
    });
  });
}
