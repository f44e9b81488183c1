// A workflow in a worker's memory, run by the SDK's own workflow runtime: handlers, conditions, cancellation scopes, updates
// and their validators are Temporal's code, not ours. Only the sandbox is left out: to load a bundle anew for each
// execution costs 20 ms, and a script has a dozen of them. So all workflows of a simulation share their modules.

import './globals';
import { setImmediate as macrotask } from 'node:timers/promises';
import { coresdk } from '@temporalio/proto';
import type { PayloadTypeInfo, Workflow } from '@temporalio/common';
import type { WorkflowInfo } from '@temporalio/workflow';
import { maybeGetActivator, setActivator } from '@temporalio/workflow/lib/global-attributes';
import { Activator } from '@temporalio/workflow/lib/internals';
import * as runtime from '@temporalio/workflow/lib/worker-interface';
import { fromFailure, fromPayload, timestamp } from './converters';
import type { Activation, Command, Job } from './types';

/** All that the SDK knows. */
const FLAGS = [1, 2, 3, 4, 5, 6];

export class WorkflowInstance {
  private readonly activator: Activator;
  private queries = 0;

  constructor(info: WorkflowInfo, workflow: Workflow, activities: ReadonlySet<string>) {
    this.activator = new Activator({
      info,
      now: info.startTime.getTime(),
      randomnessSeed: [...Buffer.from(info.runId)],
      showStackTraceSources: false,
      sourceMap: undefined as never,
      getTimeOfDay: () => 0n,
      registeredActivityNames: activities as Set<string>,
      stackTracesEnabled: false,
    });
    this.activator.workflow = workflow;
    const { typeInfo } = (workflow as { staticOptions?: { typeInfo?: PayloadTypeInfo } }).staticOptions ?? {};
    if (typeInfo) this.activator.typeInfo = typeInfo;
  }

  /** Its history has the marker of this change. */
  hasPatch(patchId: string): void {
    this.activator.mutateWorkflowInfo((info) => ({ ...info, unsafe: { ...info.unsafe, isReplaying: true } }));
    this.activator.notifyHasPatch({ patchId });
  }

  /** Tells the workflow, lets it run until it waits, and returns what it asks for. @throws what fails a workflow task. */
  async activate(
    { time, jobs, continueAsNewSuggested }: Omit<Activation, 'commands'>,
    historyLength: number,
    isReplaying: boolean,
  ): Promise<Command[]> {
    return this.inside(async () => {
      const { activator } = this;
      activator.now = time;
      activator.mutateWorkflowInfo((info) => ({
        ...info,
        historyLength,
        continueAsNewSuggested,
        unsafe: { ...info.unsafe, isReplaying, isReplayingHistoryEvents: isReplaying },
      }));
      activator.addKnownFlags(FLAGS);
      const start = jobs.find(({ initializeWorkflow }) => initializeWorkflow)?.initializeWorkflow;
      if (start) runtime.initialize(coresdk.workflow_activation.InitializeWorkflow.create(start));
      runtime.activate(activationOf(jobs, time));
      do await macrotask();
      while (runtime.tryUnblockConditions() > 0);
      const { successful } = runtime.concludeActivation() as { successful: { commands: Command[] } };
      activator.getAndResetSinkCalls();
      return successful.commands;
    });
  }

  /** @throws what the handler throws. */
  async query(name: string): Promise<unknown> {
    return this.inside(async () => {
      const queryId = String(++this.queries);
      runtime.activate(activationOf([{ queryWorkflow: { queryId, queryType: name, arguments: [] } }], 0));
      await macrotask();
      const { successful } = runtime.concludeActivation() as { successful: { commands: Command[] } };
      const answer = successful.commands.find(({ respondToQuery }) => respondToQuery)?.respondToQuery;
      if (answer?.failed) throw fromFailure(answer.failed);
      return fromPayload(answer?.succeeded?.response);
    });
  }

  // One at a time: the SDK finds the workflow that runs in a global variable.
  private async inside<T>(run: () => Promise<T>): Promise<T> {
    if (maybeGetActivator()) throw new Error('Two workflows ran at once.');
    setActivator(this.activator);
    try {
      return await run();
    } finally {
      setActivator(undefined);
    }
  }
}

function activationOf(jobs: readonly Job[], time: number): coresdk.workflow_activation.WorkflowActivation {
  // In the order in which Core tells them; the SDK starts the workflow's function last, and takes the list apart.
  const created = jobs.map((job) => coresdk.workflow_activation.WorkflowActivationJob.create(job));
  return coresdk.workflow_activation.WorkflowActivation.create({ jobs: created, timestamp: timestamp(time) });
}
