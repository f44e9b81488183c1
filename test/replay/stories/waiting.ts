// What a run waits for, and leases.

import { eventually } from '../../support/wait';
import { closed, over, pair, produce, waitsFor } from './cast';
import type { Story } from './cast';

export const waiting: Readonly<Record<string, Story>> = {
  'heartbeats-then-finish': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'heartbeats');
    const run = await lake.coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 s' });
    const since = Date.now();
    await eventually(
      async () => lake.coordinator.heartbeatDataflowRun(run.runId).then(() => Date.now() - since),
      (passed) => passed > 1_500,
      { everyMs: 200 },
    );
    await lake.client.workflow.getHandle(run.workflowId).signal('heartbeat', { runId: 'another' });
    await lake.coordinator.finishDataflowRun('success', run.runId);
    return closed(lake, id);
  },
  // As after its history had become long. This one is of an earlier version, which told MySQL of no heartbeat before half of the
  // lease was over.
  'heartbeats-under-another-execution': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'heartbeats-on');
    const run = await lake.coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 hour' });
    const { workflowId } = run;
    await lake.client.workflow.getHandle(workflowId).terminate();
    const handle = await lake.client.workflow.start('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId,
      args: [{ dataflow: id, continuedRunId: run.runId }],
    });
    await handle.executeUpdate('startedRun');
    await lake.coordinator.heartbeatDataflowRun(run.runId);
    await lake.coordinator.finishDataflowRun('success', run.runId);
    return over(handle);
  },
  'lease-expires': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'lease');
    await lake.coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '300 ms' });
    return closed(lake, id);
  },
  'deadline-expires': async (lake) => {
    const { target } = await pair(lake, 'deadline');
    await lake.coordinator.startDataflowRunWithId(target, { wait: true, deadline: '500 ms', startBy: '200 ms' });
    return closed(lake, target);
  },
  'gathers-then-starts': async (lake) => {
    const { source, target } = await pair(lake, 'gathers', {
      trigger: { mode: 'auto', debounce: '500 ms' },
      job: { type: 'activity', name: 'echoJob' },
    });
    await produce(lake, source);
    await waitsFor(lake, target, 'quiet');
    return closed(lake, target);
  },
  'waits-for-a-place': async (lake) => {
    const { target } = await pair(lake, 'place', { partitioned: true, maxConcurrentRuns: 1 });
    const start = (partitionKey: string) =>
      lake.coordinator.startDataflowRunWithId(target, { partitionKey, wait: true, dependencyCheck: 'ignore' });
    const first = await start('p=1');
    const second = await start('p=2');
    await lake.coordinator.finishDataflowRun('success', first.runId);
    await lake.coordinator.waitForDataflowRunStart(second.runId);
    await lake.coordinator.finishDataflowRun('success', second.runId);
    return closed(lake, target);
  },
  'disabled-while-waiting': async (lake) => {
    const { target } = await pair(lake, 'disabled');
    await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await lake.coordinator.operations.disableDataflow(target);
    return closed(lake, target);
  },
  retry: async (lake) => {
    const { source, target } = await pair(lake, 'retry');
    await produce(lake, source);
    const failed = await lake.coordinator.startDataflowRunWithId(target);
    await lake.coordinator.finishDataflowRun('error', failed.runId, { message: 'broken' });
    const retry = await lake.coordinator.retryDataflowRun(failed.runId);
    await lake.coordinator.finishDataflowRun('success', retry.runId);
    return closed(lake, target);
  },
  'finish-of-several-partitions': async (lake) => {
    const { source } = await pair(lake, 'partitions', { partitioned: true });
    const { runId } = await lake.coordinator.startDataflowRunWithId(source);
    const partitions = [{ partitionKey: 'd=1', recordCount: 1 }, { partitionKey: 'd=2' }];
    await lake.coordinator.finishDataflowRun('success', runId, { partitions, requestId: 'once' });
    return closed(lake, source);
  },
};
