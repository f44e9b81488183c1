// A trigger with nothing to do leaves no run, and nothing else.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

async function target(name: string, mode: 'auto' | 'manual') {
  const { coordinator } = lake;
  const [a, b] = [
    await coordinator.createDataflow(lake.zone('rz'), name, 'a'),
    await coordinator.createDataflow(lake.zone('rz'), name, 'b'),
  ];
  const id = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode } });
  await coordinator.associateSourceToTarget(a, id);
  await coordinator.associateSourceToTarget(b, id);
  return { id, a, workflowId: `dlc:${lake.zone('sz')}:${name}` };
}

/** What the slot's workflow left when it was woken with this request, and nothing more was to come. */
async function leftBy(workflowId: string, dataflow: string, request: object): Promise<unknown[]> {
  const handle = await lake.client.workflow.signalWithStart('dataflowRun', {
    taskQueue: lake.taskQueue,
    workflowId,
    args: [{ dataflow, ...request }],
    signal: 'sourceFinished',
  });
  await handle.result().catch(() => undefined);
  const events = await lake.db.select('SELECT event FROM run_event WHERE dataflow_id = ?', [dataflow]);
  return [...events, ...(await lake.coordinator.listDataflowRuns({ dataflow }))];
}

test('a trigger that comes when nothing is ready', async () => {
  const { id, workflowId } = await target('nothing', 'auto');
  expect(await leftBy(workflowId, id, { triggered: true, wait: true })).toEqual([]);
});

test('a trigger whose relations were suspended meanwhile', async () => {
  const { id, a, workflowId } = await target('suspended', 'auto');
  const { runId } = await lake.coordinator.startDataflowRunWithId(a);
  await lake.db.write('UPDATE dataflow_relation SET suspended_at = UTC_TIMESTAMP(6) WHERE target_dataflow_id = ?', [
    id,
  ]);
  await lake.coordinator.finishDataflowRun('success', runId);
  expect(await leftBy(workflowId, id, { triggered: true, wait: true })).toEqual([]);
});

test('a wake-up that reaches a refused start of a manual dataflow', async () => {
  const { id, a, workflowId } = await target('unasked', 'manual');
  const { runId } = await lake.coordinator.startDataflowRunWithId(a);
  await lake.coordinator.finishDataflowRun('success', runId);
  expect(await leftBy(workflowId, id, {})).toEqual([]);
});
