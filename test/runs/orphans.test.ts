// Rule 4: a run whose workflow is gone gives its slot to the next opener; a living one doesn't.

import { claimedBy, pair, runIn } from '../support/flow';
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

test.each(['hold', 'release'] as const)(
  'a terminated run is orphaned by a cancel; its sources: %s',
  async (onError) => {
    const { coordinator, client } = lake;
    const { target, produce } = await pair(lake, `cancelled-${onError}`, { onError });
    const source = await produce();
    const gone = await coordinator.startDataflowRunWithId(target);
    await client.workflow.getHandle(gone.workflowId).terminate();
    expect(await coordinator.cancelDataflowRun(gone.runId)).toMatchObject({ state: 'orphaned' });
    await expect(coordinator.cancelDataflowRun(gone.runId)).rejects.toMatchObject({ code: 'RUN_ALREADY_FINISHED' });
    const ready = await coordinator.fetchReadyDataflowSourceByTargetId(target);
    expect(ready.map(({ sourceRunId }) => sourceRunId)).toEqual(onError === 'release' ? [source] : []);
    expect(await coordinator.operations.list({ subject: gone.runId })).toMatchObject([{ kind: 'cancelRun' }]);
    const retry = await coordinator.retryDataflowRun(gone.runId);
    expect(await claimedBy(lake, retry.runId)).toEqual([source]);
    await coordinator.finishDataflowRun('success', retry.runId);
  },
);

test('a terminated run that is cancelled gives an auto slot its next run', async () => {
  const { coordinator, client } = lake;
  const { target, produce } = await pair(lake, 'next', { trigger: { mode: 'auto' } });
  await produce();
  const gone = await runIn(lake, target, 'started');
  await client.workflow.getHandle(gone.workflowId).terminate();
  const later = await produce();
  expect(await coordinator.cancelDataflowRun(gone.runId)).toMatchObject({ state: 'orphaned' });
  const next = await runIn(lake, target, 'started');
  expect(await claimedBy(lake, next.runId)).toEqual([later]);
  await coordinator.finishDataflowRun('success', next.runId);
});
