// Backfills on real servers: limits, reruns, what the targets see, and ends of every kind.

import type { Backfill, BackfillOptions, DataflowOptionsInput } from '../../src';
import { holders } from '../../src/store';
import { runIn } from '../support/flow';
import { violations } from '../support/invariants';
import { gate } from '../support/gate';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { LARGE, outgrow } from '../support/outgrow';
import { eventually } from '../support/wait';

let lake: Lake;
/** The job of partitions that are listed here fails. */
const failing = new Set<string>();
/** The job of these waits. */
const held = new Map<string, Promise<void>>();
let begun: string[] = [];
beforeAll(async () => {
  lake = await makeLake({
    activities: {
      echoJob: async ({ partitionKey }: { partitionKey: string | null }) => {
        // A target's, perhaps of the test before: it runs for no partition.
        if (partitionKey === null) return { recordCount: 1 };
        begun.push(partitionKey);
        await held.get(partitionKey);
        if (failing.has(partitionKey)) throw new Error('no such bucket');
        return { recordCount: 1 };
      },
    },
  });
});
beforeEach(() => {
  failing.clear();
  held.clear();
  begun = [];
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const JOB = { type: 'activity', name: 'echoJob', retry: { maximumAttempts: 1 } } as const;
const JANUARY = { from: '2019-01-01', to: '2019-01-06' } as const;

/** A source that runs per partition, and a target of its own. */
async function pair(name: string, target: DataflowOptionsInput = { trigger: { mode: 'auto' }, job: JOB }) {
  const { coordinator } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), name, '', '', { partitioned: true, job: JOB });
  const targetId = await coordinator.createDataflow(lake.zone('sz'), name, '', '', target);
  await coordinator.associateSourceToTarget(id, targetId);
  return { id, targetId };
}

async function backfill(id: string, options: BackfillOptions): Promise<Backfill> {
  const { backfillId } = await lake.coordinator.backfills.start(id, options);
  return lake.coordinator.backfills.wait(backfillId);
}

const runsOf = (dataflow: string) => lake.coordinator.listDataflowRuns({ dataflow });

test('a rule that names what is no source is refused, and nothing is begun', async () => {
  const { targetId } = await pair('strange', { partitioned: true, job: JOB });
  const { backfills } = lake.coordinator;
  await expect(backfills.start(targetId, { ...JANUARY, dependencyCheck: { any: ['rz:nope'] } })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'dependencyCheck', source: 'rz:nope' },
  });
  expect(await backfills.list({ dataflow: targetId })).toEqual([]);
});

test('each partition is run, never more than so many at once, and each run tells its target', async () => {
  const { id, targetId } = await pair('limit');
  const done = await backfill(id, { ...JANUARY, limit: 2, by: 'ops', reason: 'a new column' });
  expect(done).toMatchObject({
    state: 'ended',
    by: 'ops',
    reason: 'a new column',
    progress: { partitions: 6, begun: 6, counts: { success: 6, error: 0 }, failures: [], stopped: null },
  });
  const runs = await runsOf(id);
  expect(runs.map(({ slot }) => slot).sort()).toEqual([1, 2, 3, 4, 5, 6].map((day) => `date=2019-01-0${String(day)}`));
  const moments = runs.flatMap((run) => [
    { at: run.startedAt!.getTime(), change: 1 },
    { at: run.endedAt!.getTime(), change: -1 },
  ]);
  let atOnce = 0;
  for (const { change } of moments.sort((x, y) => x.at - y.at || x.change - y.change)) {
    expect((atOnce += change)).toBeLessThanOrEqual(2);
  }
  await eventually(
    () => lake.coordinator.fetchReadyDataflowSourceByTargetId(targetId),
    (ready) => ready.length === 0,
  );
  expect((await runsOf(targetId)).length).toBeGreaterThan(0);
});

test('its runs are found in Temporal as any other run, and it by what it runs', async () => {
  const { id } = await pair('found');
  const { workflowId } = await backfill(id, { from: '2019-01-01', to: '2019-01-02', requestId: `found-${id}` });
  const attributesOf = async (workflow: string) =>
    (await lake.client.workflow.getHandle(workflow).describe()).typedSearchAttributes
      .getAll()
      .flatMap(({ key, value }) => (key.name.startsWith('Dlc') ? [[key.name, value]] : []));
  const dataflow = `${lake.zone('rz')}:found`;
  const both = (partition: string) => [
    ['DlcDataflow', dataflow],
    ['DlcPartition', partition],
  ];
  expect((await attributesOf(workflowId)).sort()).toEqual(both('date=2019-01-01..date=2019-01-02'));
  const [run] = await runsOf(id);
  expect((await attributesOf(run!.workflowId)).sort()).toEqual(both(run!.slot));
});

test('coalesced, a target sees nothing until it has ended, and then runs once for all', async () => {
  const { id, targetId } = await pair('coalesce');
  const blocked = gate();
  const { coordinator } = lake;
  await backfill(id, { from: '2019-01-01', to: '2019-01-02', downstream: 'coalesce' });
  const [first] = await eventually(
    () => runsOf(targetId),
    ([run]) => run?.state === 'success',
  );
  expect((await coordinator.getDataflowRun(first!.runId)).dataflowQueueList).toHaveLength(2);

  for (const day of ['date=2019-01-03', 'date=2019-01-04', 'date=2019-01-05']) held.set(day, blocked.opened);
  begun = [];
  const { backfillId } = await coordinator.backfills.start(id, { ...JANUARY, limit: 3, downstream: 'coalesce' });
  await eventually(async () => begun.length === 3);
  expect(await coordinator.backfills.get(backfillId)).toMatchObject({
    state: 'running',
    progress: { begun: 5, counts: { skipped: 2, success: 0 } },
  });
  blocked.open();
  expect(await coordinator.backfills.wait(backfillId)).toMatchObject({
    progress: { counts: { success: 4, skipped: 2 } },
  });
  const runs = await eventually(
    () => runsOf(targetId),
    (all) => all.length === 2 && all.every(({ state }) => state === 'success'),
  );
  expect((await coordinator.getDataflowRun(runs[0]!.runId)).dataflowQueueList).toHaveLength(4);
});

test('quiet, its targets never start because of it', async () => {
  const { id, targetId } = await pair('quiet');
  const { backfillId, progress } = await backfill(id, { ...JANUARY, downstream: 'quiet' });
  expect(progress).toMatchObject({ counts: { success: 6 } });
  expect(await runsOf(targetId)).toEqual([]);
  expect((await lake.coordinator.why({ dataflow: targetId })).text).toContain(
    `backfill ${backfillId}, which keeps quiet downstream`,
  );
  // Nor by what comes later: it consumes its own source run alone.
  const { runId } = await lake.coordinator.startDataflowRunWithId(id, { partitionKey: 'date=2019-02-01' });
  await eventually(
    () => lake.coordinator.getDataflowRun(runId),
    ({ state }) => state === 'success',
  );
  const [run] = await eventually(
    () => runsOf(targetId),
    ([newest]) => newest?.state === 'success',
  );
  expect((await lake.coordinator.getDataflowRun(run!.runId)).dataflowQueueList).toHaveLength(1);
});

test('missing, failed or all: what has succeeded is left out, retried what failed, replayed what succeeded', async () => {
  const { id } = await pair('reruns');
  const days = { from: '2019-01-01', to: '2019-01-03' };
  failing.add('date=2019-01-02');
  const first = await backfill(id, days);
  expect(first.progress).toMatchObject({
    counts: { success: 2, error: 1 },
    failures: [{ partitionKey: 'date=2019-01-02', outcome: 'error', message: 'no such bucket' }],
  });
  failing.clear();
  expect((await backfill(id, days)).progress?.counts).toMatchObject({ skipped: 2, success: 1 });
  expect((await runsOf(id))[0]).toMatchObject({ slot: 'date=2019-01-02', cause: 'retry' });
  failing.add('date=2019-01-03');
  expect((await backfill(id, { ...days, rerun: 'all' })).progress?.counts).toMatchObject({ success: 2, error: 1 });
  expect((await runsOf(id)).slice(0, 3).map(({ cause }) => cause)).toEqual(['replay', 'replay', 'replay']);
  failing.clear();
  expect((await backfill(id, days)).progress?.counts).toMatchObject({ skipped: 3 });
  expect((await backfill(id, { ...days, rerun: 'failed' })).progress?.counts).toMatchObject({ skipped: 2, success: 1 });
  expect((await runsOf(id))[0]).toMatchObject({ slot: 'date=2019-01-03', cause: 'retry' });
});

test('a taken partition, and one whose sources are not ready, are told and left out', async () => {
  const { coordinator } = lake;
  const { id, targetId } = await pair('left-out', { partitioned: true, job: JOB });
  const { runId } = await coordinator.startDataflowRunWithId(targetId, {
    partitionKey: 'date=2019-01-01',
    wait: true,
  });
  await backfill(id, { from: '2019-01-02', to: '2019-01-02' });
  const { progress } = await backfill(targetId, { from: '2019-01-01', to: '2019-01-03' });
  expect(progress).toMatchObject({ counts: { taken: 1, success: 1, notReady: 1 } });
  expect(progress?.failures).toEqual([
    { partitionKey: 'date=2019-01-01', outcome: 'taken', message: `Run ${runId} is open.` },
    { partitionKey: 'date=2019-01-03', outcome: 'notReady', message: expect.stringContaining('left-out') as string },
  ]);
  await coordinator.cancelDataflowRun(runId);
});

test('partitions that would be named otherwise than those of the dataflow are refused, with how they are named', async () => {
  const { id } = await pair('named');
  const { runId } = await lake.coordinator.startDataflowRunWithId(id, { partitionKey: 'date=2018-12-31' });
  await eventually(
    () => lake.coordinator.getDataflowRun(runId),
    ({ state }) => state === 'success',
  );
  const month = { from: '2019-01', to: '2019-01', limit: 31 };
  await expect(lake.coordinator.backfills.start(id, month)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partition', newest: 'date=2018-12-31', template: 'date={day}' },
  });
  expect(await runsOf(id)).toHaveLength(1);
  expect(await backfill(id, { ...month, partition: 'date={day}' })).toMatchObject({
    progress: { counts: { success: 31 } },
  });
});

test('cancelled, it cancels a run that has gone on under another execution', async () => {
  const { coordinator } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'outgrown', '', '', { partitioned: true });
  const { backfillId } = await coordinator.backfills.start(id, { from: '2019', to: '2019', partition: 'y={year}' });
  const { runId, workflowId } = await runIn(lake, id, 'started');
  expect(await outgrow(lake, workflowId, 'heartbeat', { runId, note: LARGE })).not.toBe(runId);
  expect(await coordinator.backfills.cancel(backfillId)).toMatchObject({
    state: 'cancelled',
    progress: { counts: { cancelled: 1 } },
  });
  expect(await runsOf(id)).toMatchObject([{ runId, state: 'cancelled' }]);
});

test('cancelled, it stops, cancels what it runs, and lets go of what it kept back', async () => {
  const { coordinator } = lake;
  const { id, targetId } = await pair('cancelled', { trigger: { mode: 'auto' }, job: JOB });
  await lake.db.write(`UPDATE dataflow SET job = '{"type":"external"}' WHERE id = ?`, [id]);
  const { backfillId } = await coordinator.backfills.start(id, { ...JANUARY, limit: 2, downstream: 'coalesce' });
  const open = () => coordinator.listDataflowRuns({ dataflow: id, state: 'started' });
  const [one] = await eventually(open, (runs) => runs.length === 2);
  await coordinator.finishDataflowRun('success', one!.runId);
  await eventually(open, (runs) => runs.length === 2 && !runs.some(({ runId }) => runId === one!.runId));
  expect(await holders(lake.db)).toEqual([{ holder: `backfill:${backfillId}`, count: 1 }]);
  const ended = await coordinator.backfills.cancel(backfillId);
  expect(ended).toMatchObject({
    state: 'cancelled',
    progress: { begun: 3, counts: { success: 1, cancelled: 2 }, stopped: 'It was cancelled.' },
  });
  expect(await holders(lake.db)).toEqual([]);
  await eventually(
    () => runsOf(targetId),
    ([run]) => run?.state === 'success',
  );
  expect(await coordinator.backfills.cancel(backfillId)).toEqual(ended);
});

test('what a terminated one kept back is found, and let go of; what was to be quiet is not', async () => {
  const { coordinator } = lake;
  const { id, targetId } = await pair('terminated');
  const blocked = gate();
  await backfill(id, { from: '2019-01-01', to: '2019-01-01', downstream: 'quiet' });
  held.set('date=2019-01-03', blocked.opened);
  const { backfillId, workflowId } = await coordinator.backfills.start(id, {
    ...{ from: '2019-01-02', to: '2019-01-04', limit: 1, downstream: 'coalesce' },
  });
  await eventually(
    async () =>
      begun.includes('date=2019-01-03') &&
      (await holders(lake.db)).some(({ holder }) => holder === `backfill:${backfillId}`),
  );
  await lake.client.workflow.getHandle(workflowId).terminate();
  blocked.open();
  expect(await coordinator.backfills.get(backfillId)).toMatchObject({ state: 'gone', progress: null });
  await eventually(
    () => runsOf(id),
    (runs) => runs.every(({ endedAt }) => endedAt !== null),
  );
  expect(await runsOf(targetId)).toEqual([]);
  expect((await coordinator.heal()).healed).toMatchObject([{ kind: 'staleHold', holder: `backfill:${backfillId}` }]);
  await eventually(
    () => runsOf(targetId),
    ([run]) => run?.state === 'success',
  );
});

test('it goes on with an empty history, and forgets nothing', async () => {
  const { id } = await pair('continues');
  failing.add('date=2019-01-02');
  const workflowId = `dlc-backfill:${lake.taskQueue}`;
  const handle = await lake.client.workflow.start('dataflowBackfill', {
    workflowId,
    taskQueue: lake.taskQueue,
    args: [{ dataflow: id, ...JANUARY, partitionsPerExecution: 2, by: 'test' }],
  });
  expect(await handle.result()).toMatchObject({
    begun: 6,
    counts: { success: 5, error: 1 },
    failures: [{ partitionKey: 'date=2019-01-02' }],
  });
  const { runId } = await lake.client.workflow.getHandle(workflowId).describe();
  expect(runId).not.toBe(handle.firstExecutionRunId);
  expect(await runsOf(id)).toHaveLength(6);
  expect(await lake.coordinator.backfills.list({ dataflow: id })).toMatchObject([
    { backfillId: lake.taskQueue, state: 'ended', progress: { counts: { success: 5 } } },
  ]);
});

test('it stops where its dataflow is off, and what is wrong with it is refused before it begins', async () => {
  const { coordinator } = lake;
  const { id } = await pair('off');
  const blocked = gate();
  held.set('date=2019-01-01', blocked.opened);
  const { backfillId } = await coordinator.backfills.start(id, { ...JANUARY, limit: 1 });
  await eventually(async () => begun.includes('date=2019-01-01'));
  await coordinator.operations.disableDataflow(id);
  blocked.open();
  const { progress } = await coordinator.backfills.wait(backfillId);
  expect(progress).toMatchObject({ begun: 2, counts: { success: 1, error: 1 } });
  expect(progress?.stopped).toMatch(/^DATAFLOW_DISABLED: /);
  await expect(coordinator.backfills.start(id, JANUARY)).rejects.toMatchObject({ code: 'DATAFLOW_DISABLED' });

  const { id: other } = await pair('refused');
  const wrong: [object, string][] = [
    [{ from: '2019-01-02', to: '2019-01-01' }, 'to'],
    [{ ...JANUARY, limit: 0 }, 'limit'],
    [{ ...JANUARY, downstream: 'loud' }, 'downstream'],
    [{ ...JANUARY, rerun: 'some' }, 'rerun'],
    [{ ...JANUARY, partition: 'date={day-1}' }, 'partition'],
    [{ ...JANUARY, requestId: 'a b' }, 'requestId'],
  ];
  for (const [options, field] of wrong) {
    await expect(coordinator.backfills.start(other, options as BackfillOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field },
    });
  }
  await expect(coordinator.backfills.start('no:such', JANUARY)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(coordinator.backfills.get('no-such')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  // Whoever starts the workflow without the client: refused too, whatever it is.
  for (const [at, bad] of ['nonsense', { dataflow: other, ...JANUARY, by: 'x', progress: { counts: 1 } }].entries()) {
    const started = lake.client.workflow.execute('dataflowBackfill', {
      workflowId: `dlc-backfill:${lake.taskQueue}-bad-${String(at)}`,
      taskQueue: lake.taskQueue,
      args: [bad],
    });
    await expect(started).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT' } });
  }
  expect(await runsOf(other)).toEqual([]);
  expect(await coordinator.backfills.list({ dataflow: other })).toEqual([]);
});

test('the same backfill asked for twice is one', async () => {
  const { id } = await pair('twice');
  const asked = { from: '2019-01-01', to: '2019-01-01', requestId: `${lake.taskQueue}-twice` };
  const [a, b] = await Promise.all([backfill(id, asked), backfill(id, asked)]);
  expect(a).toEqual(b);
  expect(await lake.coordinator.backfills.start(id, { ...asked, by: 'another', reason: 'asks again' })).toEqual(a);
  expect(await runsOf(id)).toHaveLength(1);
});

test('another backfill, or an operation, under an ID that is used is refused: nothing of it is done', async () => {
  const { backfills, operations } = lake.coordinator;
  const [{ id }, { id: other }] = [await pair('id-used'), await pair('id-used-too')];
  const day = { from: '2019-01-01', to: '2019-01-01' } as const;
  const refused = { code: 'INVALID_ARGUMENT', details: { field: 'requestId' } };

  // At the same time, too: one of the two is told.
  const raced = `${lake.taskQueue}-raced`;
  const both = await Promise.allSettled([id, other].map((each) => backfills.start(each, { ...day, requestId: raced })));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find((each) => each.status === 'rejected')).toMatchObject({ reason: refused });
  const { dataflow } = await backfills.wait(raced);
  expect((await Promise.all([id, other].map(runsOf))).map((runs) => runs.length).sort()).toEqual([0, 1]);

  const [mine, theirs] = dataflow.endsWith('too') ? [other, id] : [id, other];
  for (const [dataflowId, changes] of [
    [theirs, {}],
    [mine, { to: '2019-01-02' }],
    [mine, { rerun: 'all' }],
  ] as const) {
    const start = backfills.start(dataflowId, { ...day, ...changes, requestId: raced });
    await expect(start).rejects.toMatchObject({ ...refused, details: { kind: 'backfill', subject: dataflow } });
  }
  await expect(operations.pauseDataflow(id, { requestId: raced })).rejects.toMatchObject(refused);

  const requestId = `${lake.taskQueue}-operation`;
  await operations.pauseDataflow(id, { requestId });
  await expect(backfills.start(id, { ...day, requestId })).rejects.toMatchObject(refused);
  await expect(backfills.get(requestId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const raw = lake.client.workflow.execute('dataflowBackfill', {
    workflowId: `dlc-backfill:${requestId}`,
    taskQueue: lake.taskQueue,
    args: [{ dataflow: id, ...day, by: 'test' }],
  });
  await expect(raw).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT' } });
  await operations.resumeDataflow(id);
  expect(await runsOf(theirs)).toEqual([]);
});
