// How a run opens, ends, and goes on into the next.

import { closed, pair, produce, withJob } from './cast';
import type { Story } from './cast';

export const runs: Readonly<Record<string, Story>> = {
  'updates-start-and-finish': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'updates');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.finishDataflowRun('success', run.runId, { recordCount: 5 });
    return closed(lake, id);
  },
  'signal-finish-after-bad-ones': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'signals');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    const handle = lake.client.workflow.getHandle(run.workflowId);
    await handle.signal('finish', { status: 'success', recordCount: -1 });
    await handle.signal('finish', 'nonsense');
    await handle.signal('finish', { status: 'success', recordCount: 2, unknown: true });
    return closed(lake, id);
  },
  'finish-error': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'error');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.finishDataflowRun('error', run.runId, { message: 'broken' });
    return closed(lake, id);
  },
  'waits-and-is-woken': async (lake) => {
    const { source, target } = await pair(lake, 'woken');
    const run = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await produce(lake, source);
    await lake.coordinator.waitForDataflowRunStart(run.runId);
    await lake.coordinator.finishDataflowRun('success', run.runId);
    return closed(lake, target);
  },
  'cancelled-while-waiting': async (lake) => {
    const { target } = await pair(lake, 'cancelled');
    const run = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, target);
  },
  'cancelled-while-running': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'stopped');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, id);
  },
  refused: async (lake) => {
    const { key } = await pair(lake, 'refused');
    const workflowId = `${lake.taskQueue}-refused`;
    const handle = await lake.client.workflow.start('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId,
      args: [{ dataflow: key }],
    });
    await handle.result().catch(() => undefined);
    return { workflowId, runId: handle.firstExecutionRunId };
  },
  // As after a crash that lost the workflow task in which it was opened and ended.
  'ended-before-it-opens': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'ended');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.finishDataflowRun('success', run.runId, { recordCount: 3 });
    const workflowId = `${lake.taskQueue}-ended`;
    const handle = await lake.client.workflow.start('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId,
      args: [{ dataflow: id, continuedRunId: run.runId }],
    });
    await handle.result();
    return { workflowId, runId: handle.firstExecutionRunId };
  },
  'triggered-for-nothing': async (lake) => {
    const { key } = await pair(lake, 'nothing', { trigger: { mode: 'auto' } });
    const handle = await lake.client.workflow.signalWithStart('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId: `dlc:${key}`,
      args: [{ dataflow: key, wait: true, triggered: true }],
      signal: 'sourceFinished',
    });
    await handle.result();
    return { workflowId: handle.workflowId, runId: handle.signaledRunId };
  },
  'activity-job': withJob('activity', { job: { type: 'activity', name: 'echoJob' } }),
  'workflow-job': withJob('workflow', { job: { type: 'workflow', name: 'childJob' } }),
  'job-fails': withJob('fails', { job: { type: 'activity', name: 'brokenJob' } }),
  'wrapped-workflow': withJob('wrapped', { workflowType: 'wrappedEtl' }),
  'wakes-many-targets': async (lake) => {
    const source = await lake.coordinator.createDataflow(lake.zone('rz'), 'many');
    for (let i = 0; i < 10; i++) {
      const target = await lake.coordinator.createDataflow(lake.zone('sz'), 'many', String(i), '', {
        trigger: { mode: 'auto' },
        job: { type: 'activity', name: 'echoJob' },
      });
      await lake.coordinator.associateSourceToTarget(source, target);
    }
    await produce(lake, source);
    return closed(lake, source);
  },
};
