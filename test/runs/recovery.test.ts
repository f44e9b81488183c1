// What failed is run once more, on what it had consumed; what it had consumed goes back to the queue where that is wanted.

import { claimedBy, eventsOf, finishOpen, pair, produce, runIn, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const edgesOf = async (targetRunId: string) =>
  lake.db.select<{ source_run_id: string; cause: string; rerun_of: string | null }>(
    'SELECT source_run_id, cause, rerun_of FROM lineage_edge WHERE target_run_id = ? ORDER BY ready_at',
    [targetRunId],
  );

/** A started run of the target, with two source runs claimed. */
async function consumed(name: string, options: Parameters<typeof pair>[2] = {}) {
  const flow = await pair(lake, name, options);
  const { operations } = lake.coordinator;
  const auto = options.trigger?.mode === 'auto';
  if (auto) await operations.pauseDataflow(flow.target);
  const sources = [await flow.produce(), await flow.produce()];
  if (auto) await operations.resumeDataflow(flow.target);
  const run = auto
    ? await runIn(lake, flow.target, 'started')
    : await lake.coordinator.startDataflowRunWithId(flow.target);
  return { ...flow, sources, runId: run.runId };
}

test('a failed run keeps its sources until it is retried, by a run that consumes just them', async () => {
  const { coordinator } = lake;
  const { target, sources, runId, produce: more } = await consumed('retry');
  await coordinator.finishDataflowRun('error', runId, { message: 'no such bucket' });
  const later = await more();
  expect((await coordinator.why({ runId })).text).toMatch(
    /It holds the 2 source runs that it claimed until it is retried\.$/,
  );

  const retry = await coordinator.retryDataflowRun(runId, { by: 'ann', reason: 'bucket is back' });
  expect(await claimedBy(lake, retry.runId)).toEqual(sources);
  expect(retry.dataflowQueueList.map(({ cause, rerunOf }) => [cause, rerunOf])).toEqual([
    ['retry', runId],
    ['retry', runId],
  ]);
  expect(await coordinator.getDataflowRun(retry.runId)).toMatchObject({
    rerunOf: runId,
    cause: 'retry',
    state: 'started',
  });
  expect(await edgesOf(runId)).toMatchObject(sources.map((source) => ({ source_run_id: source, cause: 'finish' })));
  expect(await eventsOf(lake, runId)).toEqual(['started', 'error', 'retry']);
  await expect(coordinator.retryDataflowRun(runId)).rejects.toMatchObject({
    code: 'ALREADY_ACTIVE',
    details: { field: 'runId', runId: retry.runId },
  });
  await coordinator.finishDataflowRun('error', retry.runId);
  await expect(coordinator.retryDataflowRun(runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'runId', rerun: retry.runId },
  });
  const second = await coordinator.retryDataflowRun(retry.runId);
  await coordinator.finishDataflowRun('success', second.runId);
  expect((await coordinator.why({ runId: retry.runId })).text).toContain(
    `Its sources were taken up again by run ${second.runId} (success).`,
  );
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([{ sourceRunId: later }]);
});

test('a replay consumes once more what a success consumed; other states are refused, and change nothing', async () => {
  const { coordinator, db } = lake;
  const { target, sources, runId } = await consumed('replay');
  for (const options of [{}, { requestId: `${lake.taskQueue}-early` }]) {
    await expect(coordinator.replayDataflowRun(runId, options)).rejects.toMatchObject({
      code: 'ALREADY_ACTIVE',
      message: expect.stringContaining(`it can't be replayed before it has ended`) as string,
      details: { field: 'runId', runId, state: 'started' },
    });
  }
  await coordinator.finishDataflowRun('success', runId);
  const rows = async () =>
    (await db.select('SELECT * FROM dataflow_queue WHERE target_dataflow_id = ?', [target])).length;
  await expect(coordinator.retryDataflowRun(runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('retry is for runs that failed'),
    details: { field: 'runId', instead: 'replay' },
  });
  expect(await rows()).toBe(2);
  const replay = await coordinator.replayDataflowRun(runId);
  expect(await claimedBy(lake, replay.runId)).toEqual(sources);
  await expect(coordinator.replayDataflowRun(runId)).rejects.toMatchObject({ code: 'ALREADY_ACTIVE' });
  expect(await rows()).toBe(4);
  await coordinator.finishDataflowRun('success', replay.runId);
  await expect(coordinator.replayDataflowRun('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND',
  });
});

test('two retries at once are one', async () => {
  const { coordinator } = lake;
  const { runId, target } = await consumed('twice');
  await coordinator.finishDataflowRun('error', runId);
  const results = await Promise.allSettled([coordinator.retryDataflowRun(runId), coordinator.retryDataflowRun(runId)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await runsOf(lake, target)).toHaveLength(2);
  await finishOpen(lake, target);
});

test('policy release gives the sources back; they start nothing by themselves, and go along with what comes next', async () => {
  const {
    target,
    sources,
    runId,
    produce: more,
  } = await consumed('release', {
    onError: 'release',
    trigger: { mode: 'auto' },
  });
  expect(await claimedBy(lake, runId)).toEqual(sources);
  await lake.coordinator.finishDataflowRun('error', runId);
  expect(await lake.coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([
    { sourceRunId: sources[0], cause: 'release', rerunOf: runId },
    { sourceRunId: sources[1], cause: 'release', rerunOf: runId },
  ]);
  await eventually(
    () => lake.client.workflow.getHandle(`dlc:${lake.zone('sz')}:release`).describe(),
    ({ status }) => status.name === 'FAILED',
  );
  const next = await more();
  const run = await runIn(lake, target, 'started');
  expect(await claimedBy(lake, run.runId)).toEqual([...sources, next]);
  await finishOpen(lake, target);
  await expect(lake.coordinator.retryDataflowRun(runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { consumedBy: run.runId },
  });
});

test('a retry takes what the failed run gave back, once', async () => {
  const { target, sources, runId } = await consumed('given-back', { onError: 'release' });
  await lake.coordinator.finishDataflowRun('error', runId);
  const retry = await lake.coordinator.retryDataflowRun(runId);
  expect(await claimedBy(lake, retry.runId)).toEqual(sources);
  expect(await lake.coordinator.fetchReadyDataflowSourceByTargetId(target)).toEqual([]);
  await lake.coordinator.finishDataflowRun('success', retry.runId);
});

describe('clear', () => {
  test('cancels an open run and gives its sources back; an auto target runs again', async () => {
    const { coordinator } = lake;
    const { target, sources, runId } = await consumed('clear', { trigger: { mode: 'auto' } });
    expect(await coordinator.operations.clearRun(runId, { by: 'ann', reason: 'stuck' })).toMatchObject({
      state: 'cancelled',
    });
    const next = await runIn(lake, target, 'started');
    expect(await claimedBy(lake, next.runId)).toEqual(sources);
    expect((await edgesOf(next.runId)).map(({ cause, rerun_of }) => [cause, rerun_of])).toEqual([
      ['clear', runId],
      ['clear', runId],
    ]);
    expect(await coordinator.operations.list({ subject: runId })).toMatchObject([
      { kind: 'clearRun', by: 'ann', reason: 'stuck', result: { changed: true, state: 'started' } },
    ]);
    await finishOpen(lake, target);
    await expect(coordinator.operations.clearRun(runId)).rejects.toMatchObject({ code: 'RUN_ALREADY_FINISHED' });
  });

  test('takes a run whose workflow is gone', async () => {
    const { coordinator, client } = lake;
    const { target, sources, runId } = await consumed('clear-gone');
    await client.workflow.getHandle(`dlc:${lake.zone('sz')}:clear-gone`).terminate();
    expect(await coordinator.operations.clearRun(runId)).toMatchObject({ state: 'orphaned' });
    const next = await coordinator.startDataflowRunWithId(target);
    expect(await claimedBy(lake, next.runId)).toEqual(sources);
    await coordinator.finishDataflowRun('success', next.runId);
  });

  test('takes an orphaned run', async () => {
    const { coordinator, client } = lake;
    const { target, sources, runId } = await consumed('clear-orphan');
    await client.workflow.getHandle(`dlc:${lake.zone('sz')}:clear-orphan`).terminate();
    const other = await coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
    await coordinator.finishDataflowRun('success', other.runId);
    expect(await coordinator.operations.clearRun(runId)).toMatchObject({ state: 'orphaned' });
    expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([
      { sourceRunId: sources[0], cause: 'clear' },
      { sourceRunId: sources[1], cause: 'clear' },
    ]);
    await expect(coordinator.operations.clearRun(runId)).resolves.toBeDefined();
    expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toHaveLength(2);
  });
});

test('a failed run tells who waits behind it', async () => {
  const { coordinator } = lake;
  const { source, target, targetKey } = await pair(lake, 'behind');
  const { runId } = await coordinator.startDataflowRunWithId(source);
  const waiting = await coordinator.startDataflowRunWithId(target, { wait: true });
  await coordinator.finishDataflowRun('error', runId, { message: 'no such bucket' });
  const answer = await coordinator.why({ runId });
  expect(answer.text).toContain(`Behind it waits run ${waiting.runId} of ${targetKey}.`);
  await coordinator.cancelDataflowRun(waiting.runId);
});

test('one finish reports several partitions, each ready for the slots that it feeds', async () => {
  const { coordinator } = lake;
  const { source, target } = await pair(lake, 'several', { partitioned: true }, {}, { partition: 'hour→day as date' });
  const { runId } = await coordinator.startDataflowRunWithId(source);
  const partitions = [
    { partitionKey: 'hour=2019-01-01T00', recordCount: 5 },
    { partitionKey: 'hour=2019-01-01T01', recordCount: 6 },
    { partitionKey: 'hour=2019-01-02T00', recordCount: 7 },
  ];
  await expect(
    coordinator.finishDataflowRun('success', runId, { partitions: [...partitions, { partitionKey: 'hour=never' }] }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partitions' } });
  await expect(
    coordinator.finishDataflowRun('success', runId, { partitions: [...partitions, ...partitions] }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partitions' } });
  await coordinator.finishDataflowRun('success', runId, { partitions });
  await coordinator.finishDataflowRun('success', runId, { partitions });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ recordCount: 18, partitions });
  const first = await coordinator.startDataflowRunWithId(target, { partitionKey: 'date=2019-01-01' });
  expect(first.dataflowQueueList.map((row) => [row.dataflowPartitionKey, row.recordCount])).toEqual([
    ['hour=2019-01-01T00', 5],
    ['hour=2019-01-01T01', 6],
  ]);
  await coordinator.finishDataflowRun('success', first.runId);
});

test('a finish sent twice under one requestId is one, whatever else is in it', async () => {
  const { coordinator } = lake;
  const { source, target } = await pair(lake, 'finish-once');
  const { runId } = await coordinator.startDataflowRunWithId(source);
  const finish = (recordCount: number) =>
    coordinator.finishDataflowRun('success', runId, { requestId: 'f-1', recordCount });
  expect(await finish(1)).toEqual({ runId, state: 'success' });
  expect(await finish(2)).toEqual({ runId, state: 'success' });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ recordCount: 1 });
  await expect(coordinator.finishDataflowRun('error', runId)).rejects.toMatchObject({ code: 'RUN_ALREADY_FINISHED' });
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toHaveLength(1);
  await produce(lake, source);
});
