// The same start asked for again: after its run has ended, beside another run, after a reset, for another partition.

import { randomUUID } from 'node:crypto';
import { runIn } from '../support/flow';
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

test('a start that was refused is looked at anew when it is asked for again', async () => {
  const { coordinator } = lake;
  const [source, target] = [await create('refused-source'), await create('refused')];
  await coordinator.associateSourceToTarget(source, target);
  const start = () => coordinator.startDataflowRunWithId(target, { requestId: 'refused-1' });
  await expect(start()).rejects.toMatchObject({ code: 'DEPENDENCY_NOT_READY' });
  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', runId);
  await coordinator.operations.pauseDataflow(target);
  await expect(start()).rejects.toMatchObject({ code: 'DATAFLOW_DISABLED' });
  await coordinator.operations.resumeDataflow(target);
  expect((await start()).dataflowQueueList).toMatchObject([{ sourceRunId: runId }]);
});

test('a repeated start tells how its run stands now', async () => {
  const { coordinator } = lake;
  const [source, target] = [await create('stands-source'), await create('stands')];
  await coordinator.associateSourceToTarget(source, target);
  const start = () => coordinator.startDataflowRunWithId(target, { requestId: 'stands-1', wait: true });
  const { runId } = await start();
  expect(await start()).toMatchObject({ runId, state: 'waiting', dataflowQueueList: [] });
  const first = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', first.runId);
  await coordinator.waitForDataflowRunStart(runId);
  expect(await start()).toMatchObject({ runId, state: 'started', dataflowQueueList: [{ sourceRunId: first.runId }] });
  await coordinator.finishDataflowRun('success', runId);
  expect(await start()).toMatchObject({ runId, state: 'success', dataflowQueueList: [{ sourceRunId: first.runId }] });
  expect(await coordinator.listDataflowRuns({ dataflow: target })).toHaveLength(1);
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

test('one requestId for a start and for a retry, or for two reruns, is refused, whoever has the slot', async () => {
  const { coordinator } = lake;
  const id = await create('purposes');
  const requestId = 'job-1';
  const refused = { code: 'INVALID_ARGUMENT', details: { field: 'requestId' } };
  const { runId } = await coordinator.startDataflowRunWithId(id, { requestId });
  await coordinator.finishDataflowRun('error', runId);
  const retryAsStart = () => coordinator.retryDataflowRun(runId, { requestId });
  await expect(retryAsStart()).rejects.toMatchObject({ ...refused, details: { field: 'requestId', runId } });
  const retry = await coordinator.retryDataflowRun(runId, { requestId: 'retry-1' });
  const again = () => coordinator.retryDataflowRun(runId, { requestId: 'retry-1' });
  const startAsRetry = () => coordinator.startDataflowRunWithId(id, { requestId: 'retry-1' });
  const check = async () => {
    expect(await again()).toMatchObject({ runId: retry.runId });
    await expect(startAsRetry()).rejects.toMatchObject(refused);
    await expect(retryAsStart()).rejects.toMatchObject(refused);
  };
  await check();
  await coordinator.finishDataflowRun('success', retry.runId);
  await check();
  await expect(coordinator.replayDataflowRun(retry.runId, { requestId: 'retry-1' })).rejects.toMatchObject(refused);
  const other = await coordinator.startDataflowRunWithId(id, { requestId: 'job-2' });
  await check();
  await expect(coordinator.replayDataflowRun(retry.runId, { requestId: 'job-2' })).rejects.toMatchObject(refused);
  expect(await coordinator.startDataflowRunWithId(id, { requestId: 'job-2' })).toMatchObject({ runId: other.runId });
  await coordinator.finishDataflowRun('success', other.runId);
  expect(await coordinator.listDataflowRuns({ dataflow: id })).toHaveLength(3);
});

test('one requestId for two partitions is refused, also while another run has the slot', async () => {
  const { coordinator } = lake;
  const id = await create('parts-taken', { partitioned: true });
  await coordinator.startDataflowRunWithId(id, { requestId: 'parts', partitionKey: 'd=1' });
  await coordinator.startDataflowRunWithId(id, { partitionKey: 'd=2' });
  await expect(
    coordinator.startDataflowRunWithId(id, { requestId: 'parts', partitionKey: 'd=2' }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'requestId' } });
});

describe('the requestId of a replay of what was made of a run', () => {
  test('must fit into all that it becomes a part of', async () => {
    const { coordinator } = lake;
    const id = await create('replay-id');
    const { runId } = await coordinator.startDataflowRunWithId(id);
    await coordinator.finishDataflowRun('success', runId);
    for (const requestId of ['', 'x'.repeat(51), 'a:0', 'a b', 'é']) {
      await expect(coordinator.replayDownstream(runId, { requestId })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { field: 'requestId' },
      });
    }
    expect(await coordinator.listDataflowRuns({ dataflow: id })).toHaveLength(1);
  });

  test('may be used again once what it was refused for is over, and is for one replay', async () => {
    const { coordinator } = lake;
    const { runId } = await coordinator.startDataflowRunWithId(await create('replay-refused'));
    const requestId = `${lake.taskQueue}-refused`;
    const replay = () => coordinator.replayDownstream(runId, { requestId });
    await expect(replay()).rejects.toMatchObject({ code: 'ALREADY_ACTIVE' });
    await coordinator.finishDataflowRun('success', runId);
    const { workflowId } = await replay();
    const { runId: again } = await runIn(lake, `${lake.zone('rz')}:replay-refused`, 'started');
    expect(await replay()).toMatchObject({ workflowId, steps: [{ runId, state: 'running' }] });
    await coordinator.finishDataflowRun('success', again);
    await lake.client.workflow.getHandle(workflowId).result();
    expect(await replay()).toMatchObject({ workflowId, steps: [{ runId, state: 'success', as: again }] });
    expect(await coordinator.listDataflowRuns({ dataflow: `${lake.zone('rz')}:replay-refused` })).toHaveLength(2);
  });

  test('is for that run alone', async () => {
    const { coordinator, client } = lake;
    const requestId = `${lake.taskQueue}-replay`;
    const runs: string[] = [];
    for (const name of ['replay-one', 'replay-two']) {
      const { runId } = await coordinator.startDataflowRunWithId(await create(name));
      await coordinator.finishDataflowRun('success', runId);
      runs.push(runId);
    }
    const first = await coordinator.replayDownstream(runs[0]!, { requestId });
    expect(await coordinator.replayDownstream(runs[0]!, { requestId })).toMatchObject({ replayId: first.replayId });
    const other = () => coordinator.replayDownstream(runs[1]!, { requestId });
    await expect(other()).rejects.toMatchObject({ details: { field: 'requestId', runId: runs[0] } });
    const again = await runIn(lake, `${lake.zone('rz')}:replay-one`, 'started');
    await coordinator.finishDataflowRun('success', again.runId);
    await client.workflow.getHandle(first.workflowId).result();
    await expect(other()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'requestId' } });
  });
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
