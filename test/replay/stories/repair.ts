// Operations, replays, and what is cancelled on the way.

import { randomUUID } from 'node:crypto';
import { holdReads } from '../../support/hold';
import type { Lake } from '../../support/lake';
import { eventually } from '../../support/wait';
import { closed, opened, operated, over, pair, produce, replaying, waitsForOther } from './cast';
import type { Execution, Story } from './cast';

export const repair: Readonly<Record<string, Story>> = {
  'operation-wakes': async (lake) => {
    const { target } = await pair(lake, 'operation');
    return operated(lake, (options) => lake.coordinator.operations.pauseDataflow(target, options));
  },
  // An earlier version looked once, whatever came while it did.
  'operation-is-told-to-go-as-it-wakes': async (lake) => {
    const { target } = await pair(lake, 'late-go');
    const handle = await lake.client.workflow.start('dataflowOperation', {
      workflowId: `dlc-operation:${randomUUID()}`,
      taskQueue: lake.taskQueue,
      args: [{ operation: { kind: 'wakeDataflows', dataflowIds: [target] }, by: 'ops', awaitGo: true }],
    });
    const hold = holdReads((sql) => sql.includes("r.state = 'waiting'") && sql.includes('dataflow_id IN'));
    await handle.signal('go');
    await hold.reached;
    await handle.signal('go');
    hold.release();
    return over(handle);
  },
  'operation-refused': async (lake) =>
    operated(lake, (options) => lake.coordinator.operations.pauseZone('nowhere', options).catch(() => undefined)),
  'operation-accepts': async (lake) => {
    const { source, target } = await pair(lake, 'accept', { trigger: { mode: 'auto' } });
    const { runId } = await lake.coordinator.startDataflowRunWithId(source, { heartbeatTimeout: '300 ms' });
    await closed(lake, source);
    const execution = await operated(lake, (options) =>
      lake.coordinator.operations.acceptRun(runId, { status: 'success' }, options),
    );
    await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
      (runs) => runs.length === 1,
    );
    return execution;
  },
  'replay-downstream': async (lake) => {
    const { source, target } = await pair(lake, 'replay', {
      trigger: { mode: 'auto' },
      job: { type: 'activity', name: 'echoJob' },
    });
    await produce(lake, source);
    await closed(lake, target);
    const [root] = await lake.coordinator.listDataflowRuns({ dataflow: source });
    const { replayId, workflowId } = await lake.coordinator.replayDownstream(root!.runId);
    await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: source, state: 'started' }),
      (runs) => runs.length === 1,
    ).then(([run]) => lake.coordinator.finishDataflowRun('success', run!.runId));
    await lake.client.workflow.getHandle(workflowId).result();
    const { runId } = await lake.client.workflow.getHandle(`dlc-replay:${replayId}`).describe();
    return { workflowId, runId };
  },
  // These four as the first version told them: it cancelled a child by its first execution, and a replay waited for nobody.
  'child-job-is-cancelled': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'child-cancelled', '', '', {
      job: { type: 'workflow', name: 'endlessJob' },
    });
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await eventually(
      async () => (await lake.client.workflow.getHandle(run.workflowId).describe()).raw.pendingChildren ?? [],
      ([child]) => Boolean(child?.runId),
    );
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, id);
  },
  'replay-is-cancelled': async (lake) => {
    const { root, handle } = await replaying(lake, 'replay-cancelled');
    await opened(lake, root);
    await handle.cancel();
    return over(handle);
  },
  'replay-whose-run-is-cancelled': async (lake) => {
    const { root, handle } = await replaying(lake, 'replay-run-cancelled');
    await lake.coordinator.cancelDataflowRun(await opened(lake, root));
    return over(handle);
  },
  'replay-meets-a-taken-slot': async (lake) => {
    const { root, target, handle } = await replaying(lake, 'replay-taken');
    const run = await opened(lake, root);
    await lake.coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
    await lake.coordinator.finishDataflowRun('success', run);
    return over(handle);
  },
  'replay-waits-for-a-slot': (lake) => replayThatWaits(lake, 'replay-waits'),
  'replay-sets-a-step-aside': (lake) => replayThatWaits(lake, 'replay-sets-aside'),
  'replay-is-cancelled-and-waits-for-its-run': async (lake) => {
    const { root, handle } = await replaying(lake, 'replay-cancelled-waits');
    await opened(lake, root);
    await handle.cancel();
    return over(handle);
  },
  'gives-way-to-a-rerun': async (lake) => {
    const { source, target, other } = await waitsForOther(lake, 'gives-way');
    await produce(lake, source);
    await produce(lake, other);
    const first = await opened(lake, target);
    await lake.coordinator.finishDataflowRun('success', first);
    await produce(lake, source);
    const [waiting] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'waiting' }),
      (runs) => runs.length === 1,
    );
    await lake.coordinator.replayDataflowRun(first);
    const handle = lake.client.workflow.getHandle(waiting!.workflowId, waiting!.runId);
    await handle.result();
    return { workflowId: waiting!.workflowId, runId: waiting!.runId };
  },
  'retried-job-is-cancelled': async (lake) => {
    const retry = { initialInterval: '10 ms' };
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'retried-cancelled', '', '', {
      job: { type: 'workflow', name: 'retriedJob', retry },
    });
    const run = await lake.coordinator.startDataflowRunWithId(id);
    const { workflow } = lake.client;
    const [child] = await eventually(
      async () => (await workflow.getHandle(run.workflowId).describe()).raw.pendingChildren ?? [],
      ([started]) => Boolean(started?.runId),
    );
    await eventually(
      () => workflow.getHandle(child?.workflowId ?? '').describe(),
      (execution) => execution.runId !== child?.runId,
    );
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, id);
  },
  healing: async (lake) => {
    await lake.coordinator.heal();
    const executions = lake.client.workflow.list({
      query: `WorkflowType = 'lineageHealing' AND TaskQueue = '${lake.taskQueue}'`,
    });
    return eventually(async () => {
      for await (const { workflowId, runId } of executions) return { workflowId, runId };
      return undefined;
    }) as Promise<Execution>;
  },
};

/** For the slot of its target, which a run of somebody else has for a while. */
async function replayThatWaits(lake: Lake, name: string): Promise<Execution> {
  const { root, target, handle } = await replaying(lake, name);
  const run = await opened(lake, root);
  const other = await lake.coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
  await lake.coordinator.finishDataflowRun('success', run);
  await eventually(
    () => lake.coordinator.getReplay(handle.workflowId.replace('dlc-replay:', '')),
    ({ steps }) => steps.some(({ message }) => message !== null),
  );
  await lake.coordinator.finishDataflowRun('success', other.runId);
  await lake.coordinator.finishDataflowRun('success', await opened(lake, target));
  return over(handle);
}
