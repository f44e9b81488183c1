// A Temporal client as our code sees it. Each call arrives at the server in a step of its own; what the real one would answer
// is answered with its classes.

import { status as grpc } from '@grpc/grpc-js';
import {
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Client, WithStartWorkflowOperation } from '@temporalio/client';
import { RetryState } from '@temporalio/common';
import type { Workflow } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Gates } from './actors';
import { fromFailure, fromPayload, toPayloads } from './converters';
import type { Execution, StartOptions, UpdateOutcome } from './execution';
import { serviceError } from './server';
import type { Server } from './server';

interface Start {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args?: readonly unknown[];
}

interface UpdateCall {
  readonly args?: readonly unknown[];
  readonly updateId?: string;
}

export interface ClientWorld {
  readonly server: Server;
  readonly gates: Gates;
  query(execution: Execution, name: string): Promise<unknown>;
}

export function simulatedClient(world: ClientWorld): Client {
  const { server, gates } = world;

  const arrive = (what: string): Promise<unknown> => gates.pass(what);

  const startOptions = (workflowType: string, { workflowId, taskQueue, args = [] }: Start): StartOptions => {
    return { workflowType, workflowId, taskQueue, args: toPayloads(args) };
  };

  /** USE_EXISTING, or a new one. */
  const runningOrNew = (options: StartOptions): Execution =>
    server.running(options.workflowId) ?? server.start(options);

  const update = async (execution: Execution, name: string, call: UpdateCall): Promise<unknown> => {
    const id = call.updateId ?? server.random.uuid();
    return answerOf(await server.update(execution, id, name, toPayloads(call.args ?? [])), execution);
  };

  const result = async (
    workflowId: string,
    runId?: string,
    options: { followRuns?: boolean } = {},
  ): Promise<unknown> => {
    await arrive(`result of ${workflowId}`);
    let execution = server.find(workflowId, runId);
    await execution.closed();
    while (options.followRuns !== false && execution.next) {
      execution = execution.next;
      await execution.closed();
    }
    return resultOf(execution);
  };

  const workflow = {
    getHandle: (workflowId: string, runId?: string) => ({
      workflowId,
      describe: async () => {
        await arrive(`describe ${workflowId}`);
        const execution = server.find(workflowId, runId);
        return described(execution);
      },
      signal: async (definition: string | { name: string }, ...args: unknown[]) => {
        await arrive(`signal ${nameOf(definition)} to ${workflowId}`);
        server.signal(server.findRunning(workflowId, runId), nameOf(definition), toPayloads(args));
      },
      executeUpdate: async (definition: string | { name: string }, call: UpdateCall = {}) => {
        await arrive(`update ${nameOf(definition)} to ${workflowId}`);
        return update(server.findRunning(workflowId, runId), nameOf(definition), call);
      },
      cancel: async () => {
        await arrive(`cancel ${workflowId}`);
        server.requestCancel(server.findRunning(workflowId, runId));
      },
      terminate: async () => {
        await arrive(`terminate ${workflowId}`);
        server.terminate(server.findRunning(workflowId, runId));
      },
      query: async (definition: string | { name: string }) => {
        await arrive(`query ${nameOf(definition)} of ${workflowId}`);
        return world.query(server.find(workflowId, runId), nameOf(definition));
      },
      result: () => result(workflowId, runId),
    }),
    start: async (type: string, options: Start) => {
      await arrive(`start ${options.workflowId}`);
      const { runId } = runningOrNew(startOptions(type, options));
      return { ...workflow.getHandle(options.workflowId), firstExecutionRunId: runId };
    },
    signalWithStart: async (type: string, options: Start & { signal: string; signalArgs?: readonly unknown[] }) => {
      await arrive(`signal ${options.signal} with start of ${options.workflowId}`);
      const execution = runningOrNew(startOptions(type, options));
      server.signal(execution, options.signal, toPayloads(options.signalArgs ?? []));
    },
    executeUpdateWithStart: async (
      definition: string,
      call: UpdateCall & { startWorkflowOperation: WithStartWorkflowOperation<Workflow> },
    ) => {
      const { workflowTypeOrFunc, options } = call.startWorkflowOperation;
      await arrive(`update ${definition} with start of ${options.workflowId}`);
      const execution = runningOrNew(startOptions(String(workflowTypeOrFunc), options));
      return update(execution, definition, call).catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        // As a real server says it of two operations together: terminated before a worker had accepted the update.
        throw serviceError(grpc.NOT_FOUND, 'Update-with-Start could not be executed.');
      });
    },
    result,
  };

  const client = {
    workflow,
    withDeadline: <T>(_: unknown, call: () => Promise<T>) => call(),
    withAbortSignal: <T>(_: unknown, call: () => Promise<T>) => call(),
  };
  return client as unknown as Client;
}

function described({ options, runId, status, inbox, activities }: Execution): object {
  const pendingActivities = [...activities.values()].map(({ type }) => ({ activityType: { name: type } }));
  const raw = { pendingWorkflowTask: inbox.length > 0 ? { state: PENDING } : null, pendingActivities };
  return { workflowId: options.workflowId, runId, type: options.workflowType, status: { name: status }, raw };
}

const PENDING = temporal.api.enums.v1.PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED;

const nameOf = (definition: string | { name: string }): string =>
  typeof definition === 'string' ? definition : definition.name;

function answerOf(outcome: UpdateOutcome, { options, runId }: Execution): unknown {
  if (outcome === 'lost') {
    throw new WorkflowUpdateRPCTimeoutOrCancelledError('context deadline exceeded', {
      cause: serviceError(grpc.DEADLINE_EXCEEDED, 'context deadline exceeded'),
    });
  }
  if (outcome === 'closed') {
    throw new WorkflowNotFoundError('workflow execution already completed', options.workflowId, runId);
  }
  if (outcome === 'continued') {
    throw serviceError(grpc.ABORTED, 'workflow operation can not be applied because workflow is closing');
  }
  if ('completed' in outcome) return fromPayload(outcome.completed);
  throw new WorkflowUpdateFailedError('Workflow Update failed', fromFailure(outcome.failed));
}

function resultOf({ status, result, failure, next }: Execution): unknown {
  if (status === 'COMPLETED') return fromPayload(result);
  if (next) throw new WorkflowContinuedAsNewError('Workflow execution continued as new', next.runId);
  const cause = failure && fromFailure(failure);
  throw new WorkflowFailedError('Workflow execution failed', cause, RetryState.NON_RETRYABLE_FAILURE);
}
