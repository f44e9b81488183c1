// What a finished run's targets do to it: nothing.

import { LineagePlugin } from '../../src';
import { runIn } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
const warnings: string[] = [];
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  await lake.startWorker({
    plugins: [new LineagePlugin({ mysql: lake.mysqlUrl, warn: (message) => warnings.push(message) })],
  });
});
afterAll(() => lake.close());

test('a target that Temporal refuses to start holds up neither its source nor the other targets', async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'clicks');
  const create = async (name: string): Promise<string> => {
    const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode: 'auto' } });
    await coordinator.associateSourceToTarget(source, target);
    return target;
  };
  const refused = await create('refused');
  // Past our own check, for what Temporal refuses and we don't know of.
  await lake.db.write('UPDATE dataflow SET task_queue = ? WHERE id = ?', ['/_sys/reserved-by-temporal', refused]);
  const healthy = await create('healthy');

  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', runId);

  await expect(lake.client.workflow.getHandle(`dlc:${lake.zone('rz')}:clicks`).result()).resolves.toBeDefined();
  const [run] = await eventually(
    () => coordinator.listDataflowRuns({ dataflow: healthy }),
    ([newest]) => newest?.state === 'started',
  );
  expect(await coordinator.getDataflowRun(run!.runId)).toMatchObject({ dataflowQueueList: [{ sourceRunId: runId }] });
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(refused)).toMatchObject([{ sourceRunId: runId }]);
  expect(warnings).toEqual([expect.stringMatching(/:refused: .*\/_sys\/.*\. Check its workflowType and taskQueue\.$/)]);
});

test('a waiting run that Temporal refuses to signal holds up neither its source nor the other targets', async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'mute');
  const other = await coordinator.createDataflow(lake.zone('rz'), 'never');
  const create = async (name: string, trigger: 'manual' | 'auto'): Promise<string> => {
    const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode: trigger } });
    await coordinator.associateSourceToTarget(source, target);
    return target;
  };
  const targets = [await create('mute', 'manual'), await create('mutes', 'auto')];
  for (const target of targets) {
    await coordinator.associateSourceToTarget(other, target);
    const { runId } = await coordinator.startDataflowRunWithId(target, { wait: true });
    // As one that has had as many signals as an execution may: a signal to it is an invalid argument.
    await lake.db.write(`UPDATE dataflow_run SET workflow_id = '' WHERE run_id = ?`, [runId]);
  }
  const healthy = await create('healthier', 'auto');
  warnings.length = 0;

  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', runId);
  await expect(lake.client.workflow.getHandle(`dlc:${lake.zone('rz')}:mute`).result()).resolves.toBeDefined();
  await runIn(lake, healthy, 'started');
  expect(warnings).toEqual(
    Array(2).fill(expect.stringMatching(/^Temporal refuses to wake the workflow : WorkflowId /)),
  );
  for (const target of targets) expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toHaveLength(1);
});

test("a run under a workflow ID of its own ends, although Temporal refuses to start its slot's next one", async () => {
  const { coordinator, client } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'own');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'own', '', '', { trigger: { mode: 'auto' } });
  const handle = await client.workflow.start('dataflowRun', {
    taskQueue: lake.taskQueue,
    workflowId: `${lake.taskQueue}-own`,
    args: [{ dataflow: target }],
  });
  const { runId } = await handle.executeUpdate<{ runId: string }, []>('startedRun');
  await lake.db.write(`UPDATE dataflow SET task_queue = '/_sys/reserved-by-temporal' WHERE id = ?`, [target]);
  await coordinator.associateSourceToTarget(source, target);
  const sourceRun = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', sourceRun.runId);
  expect(await coordinator.finishDataflowRun('success', runId)).toEqual({ runId, state: 'success' });
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toHaveLength(1);
});

test('the next run goes to the queue that is registered, wherever the last one was started', async () => {
  const { coordinator, client } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'queue');
  const taskQueue = `${lake.taskQueue}-registered`;
  const target = await coordinator.createDataflow(lake.zone('sz'), 'queue', '', '', {
    trigger: { mode: 'auto' },
    taskQueue,
  });
  await coordinator.associateSourceToTarget(source, target);
  const workflowId = `dlc:${lake.zone('sz')}:queue`;
  const handle = await client.workflow.start('dataflowRun', {
    taskQueue: lake.taskQueue,
    workflowId,
    args: [{ dataflow: target, dependencyCheck: 'ignore' }],
  });
  const { runId } = await handle.executeUpdate<{ runId: string }, []>('startedRun');
  const sourceRun = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', sourceRun.runId);
  await coordinator.finishDataflowRun('success', runId);
  const next = await eventually(
    () => client.workflow.getHandle(workflowId).describe(),
    (execution) => execution.runId !== runId,
  );
  expect(next.taskQueue).toBe(taskQueue);
  await client.workflow.getHandle(workflowId).terminate();
});
