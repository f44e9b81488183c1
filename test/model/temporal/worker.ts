// The worker: it takes workflow tasks, runs workflow code and local activities, and answers a task as a whole. What it
// hasn't answered is lost when it is killed.

import { isDeepStrictEqual } from 'node:util';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Workflow } from '@temporalio/common';
import type { WorkflowInfo } from '@temporalio/workflow';
import { ActivityTask } from './activity-task';
import { applyCommand, isClosing, kindOf, specOf } from './commands';
import type { Applying } from './commands';
import type { Execution } from './execution';
import type { Move } from './moves';
import { inOrder, openLocalActivities, recorded } from './recorded';
import type { Activation, Command, Job } from './types';
import { WorkflowInstance } from './workflow-instance';

export interface WorkerOptions {
  readonly workflows: Readonly<Record<string, unknown>>;
  readonly activityNames: ReadonlySet<string>;
  /** History events from which on Temporal suggests to continue as new. */
  readonly suggestContinueAsNewAfter: number;
}

/** A workflow task under way: calls into the workflow that aren't in its history yet. */
interface Task {
  readonly activations: Activation[];
  readonly local: Map<number, ActivityTask>;
  readonly suggested: boolean;
  closes: boolean;
  since: number;
}

export class Worker {
  private readonly cache = new Map<Execution, WorkflowInstance>();
  private readonly tasks = new Map<Execution, Task>();

  constructor(
    private readonly options: WorkerOptions,
    private readonly world: Applying,
  ) {}

  *moves(): Iterable<Move> {
    for (const execution of this.world.server.executions) {
      for (const activity of execution.activities.values()) yield* activity.moves();
      const task = this.tasks.get(execution);
      if (task) yield* this.taskMoves(execution, task);
      else if (execution.isRunning && execution.inbox[0]) {
        const { since } = execution.inbox[0];
        const count = execution.inbox.length;
        const run = (): Promise<void> => this.begin(execution);
        yield { what: `task of ${execution.name}: ${count} new`, thread: execution.name, since, weight: 8, run };
      }
    }
  }

  /** Drops all that is in its memory, without an answer. */
  kill(): void {
    for (const [execution, task] of this.tasks) this.giveBack(execution, task);
    for (const { activities } of this.world.server.executions) {
      for (const activity of activities.values()) activity.workerDied();
    }
    this.cache.clear();
  }

  /** Not while a task is under way, as in Temporal. */
  canQuery(execution: Execution): boolean {
    return !this.tasks.has(execution) && !(execution.isRunning && execution.history.length === 0);
  }

  async query(execution: Execution, name: string): Promise<unknown> {
    return (await this.instance(execution)).query(name);
  }

  private *taskMoves(execution: Execution, task: Task): Iterable<Move> {
    for (const activity of task.local.values()) yield* activity.moves();
    const { since } = task;
    const thread = `${execution.name}, task`;
    if (task.local.size === 0 || task.closes || !execution.isRunning) {
      yield {
        what: `commit of ${execution.name}`,
        thread,
        since,
        weight: 8,
        run: () => this.complete(execution, task),
      };
    } else if (task.activations.length > 0) {
      const run = (): Promise<void> => this.heartbeat(execution, task);
      yield { what: `task heartbeat of ${execution.name}`, thread, since, weight: 1, rare: true, run };
    } else if (execution.inbox.length > 0) {
      // After its heartbeat the server gives it what has arrived.
      const run = (): Promise<void> => this.tellNew(execution, task);
      yield { what: `task of ${execution.name} goes on`, thread, since, weight: 8, run };
    }
  }

  private async begin(execution: Execution): Promise<void> {
    await this.instance(execution);
    const suggested = execution.historyLength >= this.options.suggestContinueAsNewAfter;
    const task: Task = { activations: [], local: new Map(), suggested, closes: false, since: this.world.step() };
    this.tasks.set(execution, task);
    for (const scheduled of openLocalActivities(execution.history)) await this.startLocal(execution, task, scheduled);
    await this.tellNew(execution, task);
  }

  private async tellNew(execution: Execution, task: Task): Promise<void> {
    const jobs = execution.inbox.splice(0).map(({ job }) => job);
    const told = inOrder(jobs);
    if (told.length > 0) await this.activate(execution, task, told);
  }

  private async activate(execution: Execution, task: Task, jobs: readonly Job[]): Promise<void> {
    const told = { time: this.world.clock.now, jobs, continueAsNewSuggested: task.suggested };
    const instance = this.cache.get(execution);
    if (!instance) throw new Error(`${execution.name} isn't in memory.`);
    const commands = await instance.activate(told, execution.historyLength, false);
    task.activations.push({ ...told, commands });
    task.since = this.world.step();
    task.closes ||= commands.some(isClosing);
    for (const command of commands) await this.startLocal(execution, task, command);
  }

  private async startLocal(execution: Execution, task: Task, command: Command): Promise<void> {
    const { scheduleLocalActivity: schedule, requestCancelLocalActivity: cancel } = command;
    if (cancel) await task.local.get(cancel.seq ?? 0)?.requestCancel();
    if (!schedule) return;
    const spec = specOf(schedule, true, execution.options.taskQueue);
    const activity = new ActivityTask(execution, spec, this.world, (result) => {
      task.local.delete(spec.seq);
      return this.activate(execution, task, [{ resolveActivity: { seq: spec.seq, isLocal: true, result } }]);
    });
    task.local.set(spec.seq, activity);
  }

  private async complete(execution: Execution, task: Task): Promise<void> {
    if (!execution.isRunning) return this.evict(execution);
    const { server } = this.world;
    // UnhandledCommand: an execution can't close over what it hasn't been told. It is told, and all of the task is redone.
    if (task.closes && execution.inbox.length > 0 && !server.faults.closesOverMessages) {
      this.giveBack(execution, task);
      this.cache.delete(execution);
      return;
    }
    this.tasks.delete(execution);
    this.commit(execution, task);
    if (!execution.isRunning) this.evict(execution);
  }

  private async heartbeat(execution: Execution, task: Task): Promise<void> {
    this.commit(execution, task);
    task.since = this.world.step();
  }

  private commit(execution: Execution, task: Task): void {
    const activations = task.activations.splice(0);
    execution.history.push(...activations.map(recorded));
    for (const command of activations.flatMap(({ commands }) => commands)) {
      const kind = kindOf(command);
      if (kind !== 'scheduleLocalActivity' && kind !== 'requestCancelLocalActivity') {
        applyCommand(this.world, execution, command);
      }
    }
  }

  private giveBack(execution: Execution, task: Task): void {
    const since = this.world.step();
    const told = task.activations.flatMap(({ jobs }) => jobs).filter((job) => !job.resolveActivity?.isLocal);
    // The task itself is still to be done, even if all that it told is lost: it may have local activities to wait for.
    const again = [...told, {}].map((job) => ({ job, since }));
    execution.inbox = execution.isRunning ? [...again, ...execution.inbox] : [];
    for (const activity of task.local.values()) activity.abandon();
    this.tasks.delete(execution);
  }

  private evict(execution: Execution): void {
    for (const activity of this.tasks.get(execution)?.local.values() ?? []) activity.abandon();
    this.tasks.delete(execution);
    this.cache.delete(execution);
  }

  /** From memory, or from its history. @throws where the workflow code isn't deterministic. */
  private async instance(execution: Execution): Promise<WorkflowInstance> {
    const cached = this.cache.get(execution);
    if (cached) return cached;
    const { workflowType } = execution.options;
    const workflow = this.options.workflows[workflowType] as Workflow | undefined;
    if (!workflow) throw new Error(`The simulation has no workflow ${workflowType}.`);
    const instance = new WorkflowInstance(infoOf(execution), workflow, this.options.activityNames);
    // A marker is told before the task that has it.
    for (const { setPatchMarker } of execution.history.flatMap(({ commands }) => commands)) {
      if (setPatchMarker) instance.hasPatch(setPatchMarker.patchId ?? '');
    }
    for (const activation of execution.history) {
      const commands = await instance.activate(activation, 0, true);
      if (!isDeepStrictEqual(commands, activation.commands)) {
        const [was, is] = [activation.commands, commands].map((list) => list.map(kindOf).join(', '));
        throw new Error(`${execution.name} isn't deterministic: it asked for [${was}], and now for [${is}].`);
      }
    }
    if (execution.isRunning) this.cache.set(execution, instance);
    return instance;
  }
}

function infoOf({ options, runId, startedAt, firstRunId, continuedFrom }: Execution): WorkflowInfo {
  const { workflowId, workflowType, taskQueue, parent } = options;
  const info: Partial<WorkflowInfo> = {
    workflowId,
    runId,
    workflowType,
    taskQueue,
    firstExecutionRunId: firstRunId,
    ...(continuedFrom && { continuedFromExecutionRunId: continuedFrom.runId }),
    ...(parent && {
      parent: { workflowId: parent.execution.options.workflowId, runId: parent.execution.runId, namespace: 'default' },
    }),
    typedSearchAttributes: new TypedSearchAttributes(),
    historyLength: 0,
    historySize: 0,
    continueAsNewSuggested: false,
    startTime: new Date(startedAt),
    runStartTime: new Date(startedAt),
    namespace: 'default',
    taskTimeoutMs: 10_000,
    attempt: 1,
    unsafe: { isReplaying: false, isReplayingHistoryEvents: false, now: Date.now, random: undefined as never },
  };
  return info as WorkflowInfo;
}
