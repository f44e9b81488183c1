// Does what a person wants done to dataflows, relations, zones and runs: one durable workflow each, which tells in the Temporal UI
// who did it and why.

import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { DATAFLOW_OPERATION } from '../domain/messages';
import { describeOperation, parseOperation } from '../domain/operation';
import type { OperationInput, OperationRequest, OperationResult } from '../domain/operation';
import { UnavailableError } from '../domain/errors';
import type { Context } from './context';
import { toDlcError } from './temporal-errors';

/** Who does it, and why; both are kept. */
export interface Who {
  /** Default: the one that the coordinator was connected with. */
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

export interface OperateOptions extends Who {
  /** The same operation asked for twice under one requestId is done once. */
  readonly requestId?: string | undefined;
  /** How long to wait for a worker, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
}

type OperationWorkflow = (request: unknown) => Promise<OperationResult>;

/** Returns as soon as Temporal has it. */
export function startOperation(
  { temporal, taskQueue }: Context,
  request: OperationRequest,
  requestId: string,
): Promise<WorkflowHandle<OperationWorkflow>> {
  return temporal.workflow.start<OperationWorkflow>(DATAFLOW_OPERATION, {
    workflowId: `dlc-operation:${requestId}`,
    taskQueue,
    args: [request],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: describeOperation(request),
    // A worker that doesn't come is no reason to do it next week.
    workflowExecutionTimeout: '1 day',
  });
}

/** Returns when it is in MySQL, and whoever may start because of it was woken. */
export async function operate(
  context: Context,
  operation: OperationInput,
  { by, reason, requestId = randomUUID(), timeoutMs = 30_000 }: OperateOptions,
): Promise<OperationResult> {
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
