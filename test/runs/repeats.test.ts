// The same start asked for again: after its run has ended, beside another run, after a reset, for another partition.

import { randomUUID } from 'node:crypto';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const create = (name: string, options = {}): Promise<string> =>
  lake.coordinator.createDataflow(lake.zone('rz'), name, '', '', options);

test('a repeated start gives its run, also while another one has the slot', async () => {
  const { coordinator } = lake;
  const id = await create('repeated');
  const requestId = randomUUID();
  const { runId } = await coordinator.startDataflowRunWithId(id, { requestId });
  await coordinator.finishDataflowRun('success', runId);
  const other = await coordinator.startDataflowRunWithId(id);
  expect(await coordinator.startDataflowRunWithId(id, { requestId })).toMatchObject({ runId, state: 'success' });
  await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({
    code: 'ALREADY_ACTIVE',
    details: { runId: other.runId },
  });
});

test('one requestId for two partitions is refused', async () => {
  const { coordinator } = lake;
  const id = await create('parts', { partitioned: true });
  const requestId = randomUUID();
  const { runId } = await coordinator.startDataflowRunWithId(id, { requestId, partitionKey: 'd=1' });
  await expect(coordinator.startDataflowRunWithId(id, { requestId, partitionKey: 'd=2' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'requestId', runId },
  });
  expect(await coordinator.listDataflowRuns({ dataflow: id })).toHaveLength(1);
});

test('a reset execution goes on as the same run, with what it claimed', async () => {
  const { coordinator, client } = lake;
  const source = await create('reset-source');
  const target = await create('reset-target');
  await coordinator.associateSourceToTarget(source, target);
  const sourceRun = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', sourceRun.runId);
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target);

  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const firstTask = events!.find((event) => event.workflowTaskCompletedEventAttributes);
  const reset = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'test',
    workflowTaskFinishEventId: firstTask!.eventId!,
    requestId: randomUUID(),
  });
  expect(reset.runId).not.toBe(runId);
  expect(await coordinator.finishDataflowRun('success', runId)).toEqual({ runId, state: 'success' });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({
    state: 'success',
    dataflowQueueList: [{ sourceRunId: sourceRun.runId }],
  });
});

test('many who wait for a start leave room for others to ask', async () => {
  const { coordinator } = lake;
  const source = await create('waited-for');
  const target = await create('waits');
  await coordinator.associateSourceToTarget(source, target);
  const { runId } = await coordinator.startDataflowRunWithId(target, { wait: true });
  // More than the ten updates that a workflow takes at once.
  const waiting = Array.from({ length: 12 }, () => coordinator.waitForDataflowRunStart(runId));
  await expect(coordinator.startDataflowRunWithId(target)).rejects.toMatchObject({ code: 'ALREADY_ACTIVE' });
  const sourceRun = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', sourceRun.runId);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['started']));
});
