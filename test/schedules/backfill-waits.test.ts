// A backfill whose dataflow has no place for its runs, or is paused: they wait for that, and for nothing else.

import type { Backfill, BackfillOptions } from '../../src';
import { gate } from '../support/gate';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
/** The job of partitions that are listed here fails. */
const failing = new Set<string>();
/** The job of these waits. */
const held = new Map<string, Promise<void>>();
beforeAll(async () => {
  lake = await makeLake({
    activities: {
      echoJob: async ({ partitionKey }: { partitionKey: string }) => {
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
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const JOB = { type: 'activity', name: 'echoJob', retry: { maximumAttempts: 1 } } as const;
const JANUARY = { from: '2019-01-01', to: '2019-01-06' } as const;

/** A source and a target of its own; both run per partition. */
async function pair(name: string) {
  const { coordinator } = lake;
  const options = { partitioned: true, job: JOB } as const;
  const id = await coordinator.createDataflow(lake.zone('rz'), name, '', '', options);
  const targetId = await coordinator.createDataflow(lake.zone('sz'), name, '', '', options);
  await coordinator.associateSourceToTarget(id, targetId);
  return { id, targetId };
}

async function backfill(id: string, options: BackfillOptions): Promise<Backfill> {
  const { backfillId } = await lake.coordinator.backfills.start(id, options);
  return lake.coordinator.backfills.wait(backfillId);
}

const runsOf = (dataflow: string) => lake.coordinator.listDataflowRuns({ dataflow });

const waitingIn = (dataflow: string, count: number, reason: string) =>
  eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow, state: 'waiting' }),
    (runs) => runs.length === count && runs.every(({ waitingFor }) => waitingFor === reason),
  );

test('a dataflow with one place: every partition is run, one after the other', async () => {
  const { id } = await pair('one-place');
  await lake.coordinator.updateDataflow(id, { maxConcurrentRuns: 1 });
  const { progress } = await backfill(id, JANUARY);
  expect(progress).toMatchObject({ begun: 6, counts: { success: 6 }, failures: [] });
  const runs = (await runsOf(id)).reverse();
  for (const [at, run] of runs.slice(1).entries()) {
    expect(run.startedAt!.getTime()).toBeGreaterThanOrEqual(runs[at]!.endedAt!.getTime());
  }
});

test('others that have all places put off its runs, retries too; each consumes what is its own', async () => {
  const { coordinator } = lake;
  const { id: source, targetId } = await pair('places');
  await backfill(source, { from: '2019-01-01', to: '2019-01-04' });
  failing.add('date=2019-01-01');
  await backfill(targetId, { from: '2019-01-01', to: '2019-01-01' });
  failing.clear();
  const [failed] = await runsOf(targetId);
  await coordinator.updateDataflow(targetId, { maxConcurrentRuns: 2 });
  const blocked = gate();
  for (const day of ['date=2019-01-03', 'date=2019-01-04']) {
    held.set(day, blocked.opened);
    await coordinator.startDataflowRunWithId(targetId, { partitionKey: day });
  }

  const asked = { from: '2019-01-01', to: '2019-01-02' } as const;
  const given = await coordinator.backfills.start(targetId, asked);
  const retry = (await waitingIn(targetId, 2, 'place')).find(({ slot }) => slot === 'date=2019-01-01');
  expect(retry).toMatchObject({ cause: 'retry', rerunOf: failed!.runId });
  expect((await coordinator.why({ runId: retry!.runId })).text).toContain('waiting for a place: 2 of 2 runs at once');
  await expect(coordinator.retryDataflowRun(failed!.runId)).rejects.toMatchObject({ code: 'ALREADY_ACTIVE' });
  // What came to nothing while it waited is no retry: the next one is.
  await coordinator.backfills.cancel(given.backfillId);
  expect((await runsOf(targetId)).slice(0, 2)).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }]);

  const { backfillId } = await coordinator.backfills.start(targetId, asked);
  await waitingIn(targetId, 2, 'place');
  blocked.open();
  expect(await coordinator.backfills.wait(backfillId)).toMatchObject({ progress: { counts: { success: 2 } } });
  const [first, second] = (await runsOf(targetId)).slice(0, 2).sort((a, b) => (a.slot < b.slot ? -1 : 1));
  expect(first).toMatchObject({ slot: 'date=2019-01-01', cause: 'retry', rerunOf: failed!.runId, state: 'success' });
  for (const run of [first, second, failed]) {
    const { dataflowQueueList } = await coordinator.getDataflowRun(run!.runId);
    expect(dataflowQueueList).toMatchObject([{ dataflowPartitionKey: run!.slot }]);
  }
});

test('a pause puts off its runs; those whose sources are not there then are told and left out', async () => {
  const { coordinator } = lake;
  const { id: source, targetId } = await pair('paused');
  await backfill(source, { from: '2019-01-01', to: '2019-01-01' });
  await coordinator.operations.pauseDataflow(targetId);
  const { backfillId } = await coordinator.backfills.start(targetId, { from: '2019-01-01', to: '2019-01-02' });
  await waitingIn(targetId, 2, 'pause');
  await coordinator.operations.resumeDataflow(targetId);
  const { progress } = await coordinator.backfills.wait(backfillId);
  expect(progress).toMatchObject({
    counts: { success: 1, notReady: 1, error: 0 },
    failures: [
      { partitionKey: 'date=2019-01-02', outcome: 'notReady', message: expect.stringContaining('paused') as string },
    ],
  });
  expect(await runsOf(targetId)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ slot: 'date=2019-01-02', state: 'expired', errorCode: 'DEPENDENCY_NOT_READY' }),
    ]),
  );
});
