// Starting a run: what a start takes, and what it is refused for.

import { randomUUID } from 'node:crypto';
import type { StartOptions, ZoneDataFlowCoordinator } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
let coordinator: ZoneDataFlowCoordinator;
beforeAll(async () => {
  lake = await makeLake();
  coordinator = lake.coordinator;
});
afterAll(() => lake.close());

let count = 0;
/** A target with `sources` sources. */
async function target(sources: number): Promise<{ id: string; sources: string[] }> {
  const name = `t${String(++count)}`;
  const id = await coordinator.createDataflow(lake.zone('sz'), name);
  const ids = await Promise.all(
    Array.from({ length: sources }, (_, i) => coordinator.createDataflow(lake.zone('rz'), name, String(i))),
  );
  for (const source of ids) await coordinator.associateSourceToTarget(source, id);
  return { id, sources: ids };
}

async function produce(source: string | undefined): Promise<string> {
  const { runId } = await coordinator.startDataflowRunWithId(source ?? '');
  await coordinator.finishDataflowRun('success', runId);
  return runId;
}

const consumed = async (id: string, options: StartOptions): Promise<string[]> => {
  const run = await coordinator.startDataflowRunWithId(id, options);
  await coordinator.finishDataflowRun('success', run.runId);
  return run.dataflowQueueList.map((row) => row.sourceRunId);
};

test('a rule that is not met is refused with what is missing, and leaves no run', async () => {
  const { id, sources } = await target(2);
  await produce(sources[0]);
  const missing = (await coordinator.getDataflow(sources[1] ?? '')).key;
  await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({
    code: 'DEPENDENCY_NOT_READY',
    message: expect.stringContaining(missing),
    details: { missing: [missing] },
  });
  expect(await coordinator.listDataflowRuns({ dataflow: id })).toEqual([]);
});

test('dependencyCheck any, ignore, sourceIds and sourceRunIds claim just what they say', async () => {
  const { id, sources } = await target(3);
  const [a, b] = [await produce(sources[0]), await produce(sources[1])];
  await expect(
    coordinator.startDataflowRunWithId(id, { dependencyCheck: 'sourceIds', specificSources: [sources[2] ?? ''] }),
  ).rejects.toMatchObject({ code: 'DEPENDENCY_NOT_READY' });
  expect(await consumed(id, { dependencyCheck: 'sourceRunIds', specificSources: [b] })).toEqual([b]);
  const a2 = await produce(sources[0]);
  expect(await consumed(id, { dependencyCheck: 'sourceIds', specificSources: [sources[0] ?? ''] })).toEqual([a, a2]);
  const c = await produce(sources[2]);
  expect(await consumed(id, { dependencyCheck: 'any' })).toEqual([c]);
  expect(await consumed(id, { dependencyCheck: 'ignore' })).toEqual([]);
});

test('the same requestId starts one run, also after that run has ended', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'request');
  const requestId = randomUUID();
  const [first, second] = await Promise.all([
    coordinator.startDataflowRunWithId(id, { requestId }),
    coordinator.startDataflowRunWithId(id, { requestId }),
  ]);
  expect(second.runId).toBe(first.runId);
  await coordinator.finishDataflowRun('success', first.runId);
  const third = await coordinator.startDataflowRunWithId(id, { requestId });
  expect(third.runId).toBe(first.runId);
  // Through a new execution, when Temporal has forgotten the old one: MySQL still knows.
  const handle = await lake.client.workflow.start('dataflowRun', {
    taskQueue: lake.taskQueue,
    workflowId: first.workflowId,
    args: [{ dataflow: id, requestId }],
  });
  expect(await handle.result()).toMatchObject({ runId: first.runId, state: 'success' });
  expect(await coordinator.listDataflowRuns({ dataflow: id })).toHaveLength(1);
});

test('a dataflow that runs per partition has one open run for each, and needs to know which', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'parts', '', '', { partitioned: true });
  await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partitionKey' },
  });
  const first = await coordinator.startDataflowRunWithId(id, { partitionKey: 'day=2019-01-01/region=eu west' });
  const second = await coordinator.startDataflowRunWithId(id, { partitionKey: 'day=2019-01-02' });
  await expect(coordinator.startDataflowRunWithId(id, { partitionKey: 'day=2019-01-02' })).rejects.toMatchObject({
    code: 'ALREADY_ACTIVE',
  });
  expect(first.workflowId).toMatch(/@day=2019-01-01%2Fregion=eu%20west$/);
  await expect(
    coordinator.finishDataflowRun('success', first.runId, { dataflowPartitionKey: 'day=2020-01-01' }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await coordinator.finishDataflowRun('success', first.runId);
  await coordinator.finishDataflowRun('success', second.runId);
});

test('a source that feeds a partitioned target must say which partition it wrote', async () => {
  const source = await coordinator.createDataflow(lake.zone('rz'), 'whole');
  const parts = await coordinator.createDataflow(lake.zone('sz'), 'parts', '', '', { partitioned: true });
  await coordinator.associateSourceToTarget(source, parts);
  const run = await coordinator.startDataflowRunWithId(source);
  await expect(coordinator.finishDataflowRun('success', run.runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'dataflowPartitionKey' },
  });
  expect(await coordinator.getDataflowRun(run.runId)).toMatchObject({ state: 'started' });
  await coordinator.finishDataflowRun('success', run.runId, { dataflowPartitionKey: 'm=1' });
  expect(await consumed(parts, { partitionKey: 'm=1' })).toEqual([run.runId]);
});

test.each([
  ['an unknown dataflow', { id: 'rz:nowhere' }, {}, 'NOT_FOUND'],
  ['an unknown id', { id: '999999' }, {}, 'NOT_FOUND'],
  ['a key of a wrong form', { id: 'rz' }, {}, 'INVALID_ARGUMENT'],
  ['an unknown check', {}, { dependencyCheck: 'most' }, 'INVALID_ARGUMENT'],
  ['sourceIds without sources', {}, { dependencyCheck: 'sourceIds' }, 'INVALID_ARGUMENT'],
  [
    'sourceIds of no source',
    {},
    { dependencyCheck: 'sourceIds', specificSources: ['rz:x'], wait: true },
    'INVALID_ARGUMENT',
  ],
  ['sources without a check for them', {}, { specificSources: ['1'] }, 'INVALID_ARGUMENT'],
  [
    'a list of sources too long to travel',
    {},
    { dependencyCheck: 'sourceRunIds', specificSources: Array.from({ length: 30_000 }, () => randomUUID()) },
    'INVALID_ARGUMENT',
  ],
  ['wait of a wrong type', {}, { wait: 'yes' }, 'INVALID_ARGUMENT'],
])('%s is refused with its code', async (_, { id }: { id?: string }, options, code) => {
  const known = await coordinator.createDataflow(lake.zone('rz'), 'refuse', '', '', { ifExists: 'get' });
  await expect(coordinator.startDataflowRunWithId(id ?? known, options as StartOptions)).rejects.toMatchObject({
    code,
  });
});

test('a start of a wrong form through Temporal fails the workflow with the code, not its task', async () => {
  for (const [input, type] of [
    [{ dataflow: 'rz:nowhere' }, 'NOT_FOUND'],
    [{}, 'INVALID_ARGUMENT'],
    ['nonsense', 'INVALID_ARGUMENT'],
    [null, 'INVALID_ARGUMENT'],
    [{ dataflow: 'rz:x', wait: 7 }, 'INVALID_ARGUMENT'],
    // Refused in a few words, however much there is to refuse: what fails a workflow has to fit into its history.
    [{ dataflow: 'x'.repeat(1_000_000) }, 'INVALID_ARGUMENT'],
    [{ dataflow: 'rz:x', specificSources: Array.from({ length: 50_000 }, () => '') }, 'INVALID_ARGUMENT'],
  ] as const) {
    const workflowId = `${lake.taskQueue}-${randomUUID()}`;
    const handle = await lake.client.workflow.start('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId,
      args: [input],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type } });
  }
});

test('a waiting run is found by whoever waits for it, and can be cancelled', async () => {
  const { id, sources } = await target(1);
  const run = await coordinator.startDataflowRunWithId(id, { wait: true });
  expect(run).toMatchObject({ state: 'waiting', dataflowQueueList: [] });
  const waited = coordinator.waitForDataflowRunStart(run.runId);
  const sourceRun = await produce(sources[0]);
  expect(await waited).toBe('started');
  expect((await coordinator.getDataflowRun(run.runId)).dataflowQueueList).toMatchObject([{ sourceRunId: sourceRun }]);
  expect(await coordinator.cancelDataflowRun(run.runId)).toMatchObject({ state: 'cancelled' });
  const again = await coordinator.startDataflowRunWithId(id, { wait: true });
  expect(await coordinator.cancelDataflowRun(again.runId)).toMatchObject({ state: 'cancelled' });
  await expect(coordinator.cancelDataflowRun(again.runId)).rejects.toMatchObject({ code: 'RUN_ALREADY_FINISHED' });
});

test('a start that nobody answers says where it waits, and opens once when a worker comes', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'unanswered', '', '', {
    taskQueue: `${lake.taskQueue}-nobody`,
  });
  const refused: unknown = await coordinator
    .startDataflowRunWithId(id, { timeoutMs: 500 })
    .catch((error: unknown) => error);
  const workflowId = `dlc:${lake.zone('rz')}:unanswered`;
  expect(refused).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`workflow ${workflowId}, task queue ${lake.taskQueue}-nobody`),
    details: { workflowId, taskQueue: `${lake.taskQueue}-nobody` },
  });
  const { requestId } = (refused as { details: { requestId: string } }).details;
  const worker = await lake.startWorker({ taskQueue: `${lake.taskQueue}-nobody` });
  const { runId } = await coordinator.startDataflowRunWithId(id, { requestId });
  expect(await coordinator.listDataflowRuns({ dataflow: id })).toMatchObject([{ runId, state: 'started' }]);
  await worker.stop();
});
