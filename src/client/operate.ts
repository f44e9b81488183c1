// Does what a person wants done to dataflows, relations, zones and runs: one durable workflow each, which tells in the Temporal UI
// who did it and why.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { DATAFLOW_OPERATION } from '../domain/messages';
import { describeOperation, parseOperation } from '../domain/operation';
import type { Operation, OperationInput, OperationRequest, OperationResult } from '../domain/operation';
import { checkRequestId, checkSameRequest } from '../domain/request-id';
import { UnavailableError } from '../domain/errors';
import { ALIVE } from '../temporal/running-execution';
import type { Context } from './context';
import { toDlcError } from './temporal-errors';

/** Who does it, and why; both are kept. */
export interface Who {
  /** Default: the one that the coordinator was connected with. */
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

export interface OperateOptions extends Who {
  /** The same operation asked for twice under one requestId is done once; another under it is refused. ASCII, 64 characters at most. */
  readonly requestId?: string | undefined;
  /** How long to wait for a worker, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
}

type OperationWorkflow = (request: unknown) => Promise<OperationResult>;

/** Longest pause between two tries, in milliseconds. */
const MAX_PAUSE = 500;

/** Under which an execution's memo tells what it was asked for, while MySQL doesn't know it yet. */
const ASKED = 'dlcAsked';

/** Returns as soon as Temporal has it; one of its requestId that is under way is joined. @throws InvalidArgumentError: see `join`. */
export async function startOperation(
  { temporal, taskQueue }: Context,
  request: OperationRequest,
  requestId: string,
): Promise<WorkflowHandle<OperationWorkflow>> {
  const workflowId = `dlc-operation:${requestId}`;
  const { operation } = request;
  for (let attempt = 0; ; attempt++) {
    try {
      return await temporal.workflow.start<OperationWorkflow>(DATAFLOW_OPERATION, {
        workflowId,
        taskQueue,
        args: [request],
        workflowIdConflictPolicy: 'FAIL',
        memo: { [ASKED]: operation },
        staticSummary: describeOperation(request),
        // A worker that doesn't come is no reason to do it next week.
        workflowExecutionTimeout: '1 day',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const joined = await join(temporal, workflowId, operation, requestId);
    if (joined) return joined;
    await sleep(Math.min(MAX_PAUSE, 5 * 2 ** attempt));
  }
}

/** The one that is under way; undefined: it has just ended. @throws InvalidArgumentError where it was asked for something else. */
async function join(
  { workflow }: Client,
  workflowId: string,
  operation: Operation,
  requestId: string,
): Promise<WorkflowHandle<OperationWorkflow> | undefined> {
  const { runId, status, memo } = await workflow.getHandle(workflowId).describe();
  if (!ALIVE.has(status.name)) return undefined;
  // A client of an earlier version doesn't tell.
  const asked = memo?.[ASKED] as Operation | undefined;
  const { kind } = operation;
  if (asked)
    checkSameRequest(requestId, { kind: asked.kind, subject: null, request: asked }, { kind, request: operation });
  return workflow.getHandle<OperationWorkflow>(workflowId, runId);
}

/** Returns when it is in MySQL, and whoever may start because of it was woken. */
export async function operate(
  context: Context,
  operation: OperationInput,
  { by, reason, requestId = randomUUID(), timeoutMs = 30_000 }: OperateOptions,
): Promise<OperationResult> {
  checkRequestId(requestId);
  const request = parseOperation({ operation, by: by ?? context.actor, reason });
  const { calls, temporal, taskQueue } = context;
  const deadline = Date.now() + timeoutMs;
  const doing = `doing ${operation.kind}`;
  try {
    return await calls.run(temporal, deadline, doing, () =>
      startOperation(context, request, requestId).then((operation) => operation.result()),
    );
  } catch (error) {
    if (Date.now() < deadline) throw toDlcError(error, doing);
    throw new UnavailableError(
      `No worker answered in time while ${doing}. It is done when one comes: check that a worker runs on the task queue ${taskQueue}, then look again.`,
      { requestId, taskQueue },
      { cause: error },
    );
  }
}

/** How long a change that can be brought about without a worker waits for one to keep it. */
const SOON_MS = 3_000;

/** As `operate`, for at most a few seconds: without a worker it is done when one comes. False: that is so. */
export async function operateSoon(
  context: Context,
  operation: OperationInput,
  who: Who,
  timeoutMs: number,
): Promise<boolean> {
  try {
    await operate(context, operation, { ...who, timeoutMs: Math.min(timeoutMs, SOON_MS) });
    return true;
  } catch (error) {
    if (error instanceof UnavailableError) return false;
    throw error;
  }
}
