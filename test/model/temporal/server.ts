// The Temporal server: executions by workflow ID, and what is sent to them. One call is one step; no call waits.

import type { status as grpc } from '@grpc/grpc-js';
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Clock } from './clock';
import { timestamp, toFailure } from './converters';
import { Execution } from './execution';
import type { StartOptions, Update, UpdateOutcome } from './execution';
import type { Random } from './random';
import type { Failure, Job, Payload } from './types';

export interface ServerFaults {
  /** Lets an execution close over what it hasn't been told: a server that breaks rule 2's last step. */
  closesOverMessages?: boolean;
}

export class Server {
  /** Newest last. */
  readonly executions: Execution[] = [];
  private readonly byWorkflowId = new Map<string, Execution>();

  constructor(
    readonly clock: Clock,
    readonly random: Random,
    private readonly step: () => number,
    readonly faults: ServerFaults = {},
  ) {}

  /** The newest execution of a workflow ID, or the one of a run ID. @throws WorkflowNotFoundError */
  find(workflowId: string, runId?: string): Execution {
    const newest = this.byWorkflowId.get(workflowId);
    const found =
      runId === undefined || newest?.runId === runId ? newest : this.executions.find((e) => e.runId === runId);
    if (found) return found;
    throw new WorkflowNotFoundError('workflow not found for ID: ' + workflowId, workflowId, runId);
  }

  /** As `find`, if it can still be told something. */
  findRunning(workflowId: string, runId?: string): Execution {
    const found = this.find(workflowId, runId);
    if (found.isRunning) return found;
    throw new WorkflowNotFoundError('workflow execution already completed', workflowId, runId);
  }

  running(workflowId: string): Execution | undefined {
    const newest = this.byWorkflowId.get(workflowId);
    return newest?.isRunning ? newest : undefined;
  }

  start(options: StartOptions, continuedFrom?: Execution): Execution {
    const runId = this.random.uuid();
    const firstRunId = continuedFrom?.firstRunId ?? runId;
    const execution = new Execution(runId, options, this.clock.now, firstRunId, continuedFrom);
    this.executions.push(execution);
    this.byWorkflowId.set(options.workflowId, execution);
    this.tell(execution, {
      initializeWorkflow: {
        workflowType: options.workflowType,
        workflowId: options.workflowId,
        arguments: [...options.args],
        startTime: timestamp(this.clock.now),
        firstExecutionRunId: firstRunId,
        continuedFromExecutionRunId: continuedFrom?.runId ?? '',
      },
    });
    return execution;
  }

  tell(execution: Execution, job: Job): void {
    if (execution.isRunning) execution.inbox.push({ job, since: this.step() });
  }

  signal(execution: Execution, signalName: string, input: readonly Payload[]): void {
    this.tell(execution, { signalWorkflow: { signalName, input: [...input], headers: {} } });
  }

  /** The outcome; of an update with an ID that the execution has already, that one's. */
  update(execution: Execution, id: string, name: string, input: readonly Payload[]): Promise<UpdateOutcome> {
    const known = execution.updates.get(id);
    if (known) return known.outcome;
    let end: Update['end'] = () => undefined;
    const outcome = new Promise<UpdateOutcome>((resolve) => {
      end = (value) => {
        update.state = 'ended';
        resolve(value);
      };
    });
    const update: Update = { id, state: 'admitted', outcome, end: (value) => end(value) };
    execution.updates.set(id, update);
    const doUpdate = { id, protocolInstanceId: id, name, input: [...input], headers: {}, runValidator: true };
    this.tell(execution, { doUpdate });
    return outcome;
  }

  /** Forgets an update that no committed task has accepted. */
  lose(execution: Execution, id: string): void {
    const update = execution.updates.get(id);
    if (update?.state !== 'admitted') return;
    execution.updates.delete(id);
    execution.inbox = execution.inbox.filter(({ job }) => job.doUpdate?.id !== id);
    update.end('lost');
  }

  requestCancel(execution: Execution): void {
    if (execution.cancelRequested) return;
    execution.cancelRequested = true;
    this.tell(execution, { cancelWorkflow: {} });
  }

  terminate(execution: Execution): void {
    this.close(execution, 'TERMINATED', toFailure(new Error('terminated')));
  }

  close(execution: Execution, status: Exclude<Execution['status'], 'RUNNING'>, failure?: Failure): void {
    execution.failure = failure;
    const { parent } = execution.options;
    execution.close(status);
    for (const child of execution.children.values()) this.parentClosed(child);
    if (!parent || status === 'CONTINUED_AS_NEW') return;
    const seq = parent.seq;
    this.tell(parent.execution, { resolveChildWorkflowExecution: { seq, result: childResult(execution) } });
  }

  private parentClosed(child: Execution): void {
    if (!child.isRunning || child.options.parent?.closePolicy === 2) return;
    if (child.options.parent?.closePolicy === 3) this.requestCancel(child);
    else this.terminate(child);
  }
}

function childResult(child: Execution): NonNullable<NonNullable<Job['resolveChildWorkflowExecution']>['result']> {
  const { workflowId, workflowType } = child.options;
  if (child.status === 'COMPLETED') return { completed: { result: child.result ?? null } };
  const failure = {
    message: 'Child Workflow execution failed',
    source: 'Server',
    cause: child.failure ?? null,
    childWorkflowExecutionFailureInfo: {
      namespace: 'default',
      workflowExecution: { workflowId, runId: child.runId },
      workflowType: { name: workflowType },
    },
  };
  return child.status === 'CANCELLED' ? { cancelled: { failure } } : { failed: { failure } };
}

/** What gRPC answers, under the SDK's own wrapping. */
export function serviceError(code: grpc, details: string): ServiceError {
  const cause = Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
  return new ServiceError(details, { cause });
}
