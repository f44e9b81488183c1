// What the stories have in common.

import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Lake } from '../../support/lake';
import { eventually } from '../../support/wait';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}
export type Story = (lake: Lake) => Promise<Execution>;

/** A source, and a target of its own. */
export async function pair(
  lake: Lake,
  name: string,
  target: object = {},
): Promise<{ source: string; target: string; key: string }> {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), name);
  const id = await lake.coordinator.createDataflow(lake.zone('sz'), name, '', '', target);
  await lake.coordinator.associateSourceToTarget(source, id);
  return { source, target: id, key: `${lake.zone('sz')}:${name}` };
}

/** A source that runs per partition, whose target consumes all of them. */
export async function partitions(lake: Lake, name: string): Promise<{ source: string }> {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), name, '', '', { partitioned: true });
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), name);
  await lake.coordinator.associateSourceToTarget(source, target);
  return { source };
}

export async function produce(lake: Lake, source: string): Promise<void> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(source);
  await lake.coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
}

/** The newest run of a dataflow, once its execution has closed. */
export async function closed(lake: Lake, dataflow: string): Promise<Execution> {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow }),
    ([newest]) => newest?.endedAt != null,
  );
  const { workflowId, runId } = run as Execution;
  const handle = lake.client.workflow.getHandle(workflowId, runId);
  await eventually(
    () => handle.describe(),
    ({ status }) => status.name !== 'RUNNING',
  );
  return { workflowId, runId };
}

/** A person's operation, and the execution that did it. */
export async function operated(
  lake: Lake,
  work: (options: { requestId: string }) => Promise<unknown>,
): Promise<Execution> {
  const requestId = randomUUID();
  await work({ requestId });
  const { runId } = await lake.client.workflow.getHandle(`dlc-operation:${requestId}`).describe();
  return { workflowId: `dlc-operation:${requestId}`, runId };
}

/** The newest run of a dataflow, once it waits for this. */
export async function waitsFor(lake: Lake, dataflow: string, reason: string): Promise<Execution> {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow, state: 'waiting' }),
    ([newest]) => newest?.waitingFor === reason,
  );
  return run as Execution;
}

export const withJob = (name: string, target: object): Story => {
  return async (lake) => {
    const { source, target: id } = await pair(lake, name, { trigger: { mode: 'auto' }, ...target });
    await produce(lake, source);
    return closed(lake, id);
  };
};

/** A replay of a source with its target, both run once before, whose jobs are external. */
export async function replaying(
  lake: Lake,
  name: string,
): Promise<{ root: string; target: string; handle: WorkflowHandle }> {
  const { source, target } = await pair(lake, name);
  await produce(lake, source);
  await produce(lake, target);
  const [first] = await lake.coordinator.listDataflowRuns({ dataflow: source });
  const { workflowId } = await lake.coordinator.replayDownstream(first!.runId);
  return { root: source, target, handle: lake.client.workflow.getHandle(workflowId) };
}

/** A source, another one, and an auto target that consumes both. */
export async function waitsForOther(
  lake: Lake,
  name: string,
): Promise<{ source: string; other: string; target: string }> {
  const { source, target } = await pair(lake, name, { trigger: { mode: 'auto' } });
  const other = await lake.coordinator.createDataflow(lake.zone('oz'), name);
  await lake.coordinator.associateSourceToTarget(other, target);
  return { source, other, target };
}

/** The run of a dataflow that has started, once there is one. */
export async function opened(lake: Lake, dataflow: string): Promise<string> {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow, state: 'started' }),
    (runs) => runs.length === 1,
  );
  return run!.runId;
}

/** Once it has ended, however. */
export async function over(handle: WorkflowHandle): Promise<Execution> {
  await handle.result().catch(() => undefined);
  const { runId } = await handle.describe();
  return { workflowId: handle.workflowId, runId };
}
