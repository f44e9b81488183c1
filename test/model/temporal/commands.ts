// What a committed workflow task asks the server for. One entry a command; one that isn't here fails loudly.

import { CancelledFailure } from '@temporalio/common';
import { ActivityTask } from './activity-task';
import type { ActivityWorld } from './activity-task';
import type { ActivitySpec } from './activity-spec';
import { milliseconds, toFailure } from './converters';
import type { Execution } from './execution';
import type { Server } from './server';
import type { Command } from './types';

export interface Applying extends ActivityWorld {
  readonly server: Server;
}

type Handlers = {
  readonly [K in keyof Command]?: (applying: Applying, execution: Execution, command: NonNullable<Command[K]>) => void;
};

const HANDLERS: Handlers = {
  startTimer: ({ clock, server }, execution, { seq, startToFireTimeout }) => {
    const id = seq ?? 0;
    const timer = clock.after(milliseconds(startToFireTimeout) ?? 0, `timer of ${execution.name}`, () => {
      execution.timers.delete(id);
      server.tell(execution, { fireTimer: { seq: id } });
    });
    execution.timers.set(id, timer);
  },

  cancelTimer: (_, execution, { seq }) => {
    execution.timers.get(seq ?? 0)?.cancel();
    execution.timers.delete(seq ?? 0);
    execution.inbox = execution.inbox.filter(({ job }) => !job.fireTimer || job.fireTimer.seq !== seq);
  },

  scheduleActivity: (applying, execution, command) => {
    const spec = specOf(command, false, command.taskQueue ?? '');
    const task = new ActivityTask(execution, spec, applying, (result) => {
      execution.activities.delete(spec.seq);
      applying.server.tell(execution, { resolveActivity: { seq: spec.seq, result } });
    });
    execution.activities.set(spec.seq, task);
  },

  requestCancelActivity: (_, execution, { seq }) => void execution.activities.get(seq ?? 0)?.requestCancel(),

  startChildWorkflowExecution: ({ server }, execution, command) => {
    const seq = command.seq ?? 0;
    const { workflowId, workflowType, taskQueue, input, parentClosePolicy } = command;
    const workflow = { workflowId: workflowId ?? '', workflowType: workflowType ?? '' };
    if (server.running(workflow.workflowId)) {
      const failed = { ...workflow, cause: 1 };
      server.tell(execution, { resolveChildWorkflowExecutionStart: { seq, failed } });
      return;
    }
    const parent = { execution, seq, closePolicy: parentClosePolicy ?? 1 };
    const queue = taskQueue || execution.options.taskQueue;
    const child = server.start({ ...workflow, taskQueue: queue, args: input ?? [], parent });
    execution.children.set(seq, child);
    server.tell(execution, { resolveChildWorkflowExecutionStart: { seq, succeeded: { runId: child.runId } } });
  },

  cancelChildWorkflowExecution: ({ server }, execution, { childWorkflowSeq }) => {
    const child = execution.children.get(childWorkflowSeq ?? 0);
    if (child?.isRunning) server.requestCancel(child);
  },

  signalExternalWorkflowExecution: (
    { server },
    execution,
    { seq, workflowExecution, childWorkflowId, signalName, args },
  ) => {
    const target = server.running(workflowExecution?.workflowId ?? childWorkflowId ?? '');
    if (target) server.signal(target, signalName ?? '', args ?? []);
    const failure = target ? null : toFailure(new Error('EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND'));
    server.tell(execution, { resolveSignalExternalWorkflow: { seq: seq ?? 0, failure } });
  },

  requestCancelExternalWorkflowExecution: ({ server }, execution, { seq, workflowExecution }) => {
    const target = server.running(workflowExecution?.workflowId ?? '');
    if (target) server.requestCancel(target);
    const failure = target ? null : toFailure(new Error('EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND'));
    server.tell(execution, { resolveRequestCancelExternalWorkflow: { seq: seq ?? 0, failure } });
  },

  updateResponse: (_, execution, { protocolInstanceId, accepted, completed, rejected }) => {
    const update = execution.updates.get(protocolInstanceId ?? '');
    if (!update) return;
    if (accepted) update.state = 'accepted';
    else if (completed) update.end({ completed });
    else if (rejected) {
      // One that was rejected by its validator leaves no trace: it may be asked again.
      if (update.state === 'admitted') execution.updates.delete(update.id);
      update.end({ failed: rejected });
    }
  },

  completeWorkflowExecution: ({ server }, execution, { result }) => {
    execution.result = result;
    server.close(execution, 'COMPLETED');
  },

  failWorkflowExecution: ({ server }, execution, { failure }) =>
    server.close(execution, 'FAILED', failure ?? undefined),

  cancelWorkflowExecution: ({ server }, execution) =>
    server.close(execution, 'CANCELLED', toFailure(new CancelledFailure('Workflow execution was cancelled'))),

  continueAsNewWorkflowExecution: ({ server }, execution, command) => {
    const { workflowType, taskQueue } = execution.options;
    server.close(execution, 'CONTINUED_AS_NEW');
    const options = {
      ...execution.options,
      workflowType: command.workflowType || workflowType,
      taskQueue: command.taskQueue || taskQueue,
      args: command.arguments ?? [],
    };
    execution.next = server.start(options, execution);
  },

  // Nothing of the server's to do.
  setPatchMarker: () => undefined,
  modifyWorkflowProperties: () => undefined,
  upsertWorkflowSearchAttributes: () => undefined,
};

/** Beside the command itself. */
const NO_COMMAND = new Set(['userMetadata', 'eventGroupMarkers']);

export const kindOf = (command: Command): keyof Command =>
  Object.keys(command).find((key) => !NO_COMMAND.has(key)) as keyof Command;

export const isClosing = (command: Command): boolean =>
  Boolean(
    command.completeWorkflowExecution ??
    command.failWorkflowExecution ??
    command.cancelWorkflowExecution ??
    command.continueAsNewWorkflowExecution,
  );

export function applyCommand(applying: Applying, execution: Execution, command: Command): void {
  const kind = kindOf(command);
  const handler = HANDLERS[kind] as ((...args: unknown[]) => void) | undefined;
  if (!handler) throw new Error(`The simulation doesn't know the command ${kind}: add it to commands.ts.`);
  handler(applying, execution, command[kind]);
}

type Schedule = NonNullable<Command['scheduleActivity']> | NonNullable<Command['scheduleLocalActivity']>;

export function specOf(command: Schedule, isLocal: boolean, taskQueue: string): ActivitySpec {
  const heartbeat = 'heartbeatTimeout' in command ? command.heartbeatTimeout : undefined;
  return {
    seq: command.seq ?? 0,
    activityId: command.activityId ?? '',
    activityType: command.activityType ?? '',
    isLocal,
    taskQueue,
    args: command.arguments ?? [],
    startToCloseMs: milliseconds(command.startToCloseTimeout),
    scheduleToCloseMs: milliseconds(command.scheduleToCloseTimeout),
    heartbeatMs: milliseconds(heartbeat),
    retry: command.retryPolicy ?? {},
    cancellationType: command.cancellationType ?? 0,
  };
}
