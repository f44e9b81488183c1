// What goes on under another execution, and what waits to be told to go on.

import { HOUSEKEEPER } from '../../../src/domain/messages';
import { LARGE, outgrow } from '../../support/outgrow';
import { pair, produce } from './cast';
import type { Story } from './cast';

export const growing: Readonly<Record<string, Story>> = {
  'outgrows-its-history-while-it-waits': async (lake) => {
    const { target } = await pair(lake, 'outgrows-waiting');
    const run = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await outgrow(lake, run.workflowId, 'sourceFinished', LARGE);
    return run;
  },
  'outgrows-its-history-while-it-runs': async (lake) => {
    const { source } = await pair(lake, 'outgrows-running');
    const run = await lake.coordinator.startDataflowRunWithId(source, { heartbeatTimeout: '1 hour' });
    await outgrow(lake, run.workflowId, 'heartbeat', { runId: run.runId, note: LARGE });
    return run;
  },
  'goes-on-as-the-run-that-it-was': async (lake) => {
    const { source, target } = await pair(lake, 'goes-on');
    const { runId, workflowId } = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    const execution = await outgrow(lake, workflowId, 'sourceFinished', LARGE);
    await produce(lake, source);
    await lake.coordinator.waitForDataflowRunStart(runId);
    await lake.coordinator.finishDataflowRun('success', runId);
    await lake.client.workflow.getHandle(workflowId, execution).result();
    return { workflowId, runId: execution };
  },
  'operation-waits-for-its-go': async (lake) => {
    const { target } = await pair(lake, 'awaits-go', { trigger: { mode: 'auto' } });
    const handle = await lake.client.workflow.start('dataflowOperation', {
      workflowId: `dlc-operation:${lake.taskQueue}-go`,
      taskQueue: lake.taskQueue,
      args: [{ operation: { kind: 'wakeDataflows', dataflowIds: [target] }, by: 'ops', reason: null, awaitGo: true }],
    });
    await handle.signal('go');
    await handle.result();
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  },
  // Its activity ends after an hour; here it has nothing to do.
  'housekeeper-goes-on': async (lake) => {
    const taskQueue = `${lake.taskQueue}-housekeeper`;
    const activities = { lineageHousekeep: async () => undefined };
    const worker = await lake.startWorker({ taskQueue, activities, plugins: [] });
    const { workflow } = lake.client;
    const first = await workflow.start(HOUSEKEEPER, { workflowId: taskQueue, taskQueue });
    const { workflowId, firstExecutionRunId: runId } = first;
    await workflow.result(workflowId, runId, { followRuns: false }).catch(() => undefined);
    await workflow.getHandle(workflowId).terminate();
    await worker.stop();
    return { workflowId, runId };
  },
};
