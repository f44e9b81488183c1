// The main path, end to end: a source finishes, its target claims what it wrote.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

test('a target claims exactly what its source wrote', async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'orders');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'orders');
  await coordinator.associateSourceToTarget(source, target);
  const sourceRun = await coordinator.startDataflowRunWithId(source);
  expect(sourceRun).toMatchObject({ state: 'started', dataflowQueueList: [] });
  await coordinator.finishDataflowRun('success', sourceRun.runId, { recordCount: 5, dataflowBatchRunId: 'b1' });
  const [ready] = await coordinator.fetchReadyDataflowSourceByTargetId(target);
  expect(ready).toMatchObject({ sourceRunId: sourceRun.runId, recordCount: 5, dataflowBatchRunId: 'b1' });
  const targetRun = await coordinator.startDataflowRunWithId(target);
  expect(targetRun.dataflowQueueList).toEqual([ready]);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toEqual([]);
  await coordinator.finishDataflowRun('success', targetRun.runId);
  expect(await coordinator.getDataflowRun(targetRun.runId)).toMatchObject({
    state: 'success',
    dataflowQueueList: [ready],
  });
});
