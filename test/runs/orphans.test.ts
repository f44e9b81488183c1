// Rule 4: a run whose workflow is gone gives its slot to the next opener; a living one doesn't.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

test('a terminated run is orphaned by the next start, which goes on', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'terminated');
  const gone = await coordinator.startDataflowRunWithId(id);
  await client.workflow.getHandle(gone.workflowId).terminate();
  const next = await coordinator.startDataflowRunWithId(id);
  expect(await coordinator.getDataflowRun(gone.runId)).toMatchObject({ state: 'orphaned' });
  expect(await coordinator.getDataflowRun(next.runId)).toMatchObject({ state: 'started' });
  await expect(coordinator.finishDataflowRun('success', gone.runId)).rejects.toMatchObject({
    code: 'RUN_ALREADY_FINISHED',
    details: { state: 'orphaned' },
  });
  await coordinator.finishDataflowRun('success', next.runId);
});

test('a terminated run under a workflow ID of its own is orphaned too, a living one is not', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'own-id');
  const handle = await client.workflow.start('dataflowRun', {
    taskQueue: lake.taskQueue,
    workflowId: `${lake.taskQueue}-mine`,
    args: [{ dataflow: id }],
  });
  const { runId } = await handle.executeUpdate<{ runId: string }, []>('startedRun');
  await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({
    code: 'ALREADY_ACTIVE',
    details: { runId, workflowId: handle.workflowId },
  });
  await handle.terminate();
  const next = await coordinator.startDataflowRunWithId(id);
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'orphaned' });
  await coordinator.finishDataflowRun('success', next.runId);
});
