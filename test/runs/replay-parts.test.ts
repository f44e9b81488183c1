// A run that wrote several partitions is replayed, and writes them in another order, or others: each target consumes what it had
// consumed, made anew.

import { claimedBy, produce, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { flows, JOB, ranOf, reached, replayed } from '../support/replays';
import { eventually } from '../support/wait';

let lake: Lake;
let partitions: string[] | null = null;
beforeAll(async () => {
  const rawJob = async () => ({
    ...(partitions && { partitions: partitions.map((partitionKey) => ({ partitionKey })) }),
  });
  lake = await makeLake({ activities: { rawJob, job: async () => ({ recordCount: 1 }) } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const RAW = { job: { type: 'activity', name: 'rawJob' } } as const;
const AUTO = { trigger: { mode: 'auto', when: 'any' }, ...JOB } as const;

/** What each of a target's runs claimed, oldest first: `'d=1: old'`. */
async function claimsOf(target: string, names: Readonly<Record<string, string>>): Promise<string[][]> {
  const runs = (await runsOf(lake, target)).reverse();
  const rows = await Promise.all(runs.map(({ runId }) => lake.coordinator.getDataflowRun(runId)));
  return rows.map(({ dataflowQueueList }) =>
    dataflowQueueList.map((row) => `${String(row.dataflowPartitionKey)}: ${names[row.sourceRunId] ?? '?'}`).sort(),
  );
}

/** The names of the runs of a source, oldest first. */
async function named(source: string, ...names: string[]): Promise<Record<string, string>> {
  const runs = await reached(lake, source, names.length);
  return Object.fromEntries(runs.map(({ runId }, number) => [runId, names[number]!]));
}

test.each([
  ['in another order', ['d=2', 'd=1'], ['d=1: new', 'd=2: new'], []],
  ['just one of them', ['d=2'], ['d=1: old', 'd=2: new'], []],
  ['one more', ['d=3', 'd=2', 'd=1'], ['d=1: new', 'd=2: new'], ['d=3: new']],
])('each slot has its own: %s', async (name, again, replays, later) => {
  partitions = ['d=1', 'd=2'];
  const { raw, end } = await flows(lake, `slots ${name}`, { raw: RAW, end: { ...AUTO, partitioned: true } }, [
    'raw>end',
  ]);
  const root = await ranOf(lake, raw);
  await reached(lake, end, 2);
  partitions = again;
  const { steps } = await replayed(lake, root);
  expect(steps.map(({ state }) => state)).toEqual(['success', 'success', 'success']);
  await reached(lake, end, 4 + later.length);
  const claims = (await claimsOf(end, await named(raw, 'old', 'new'))).map(([claim]) => claim);
  expect(claims.slice(0, 2).sort()).toEqual(['d=1: old', 'd=2: old']);
  expect([claims.slice(2, 4).sort(), claims.slice(4)]).toEqual([replays, later]);
});

test.each([
  ['in another order', ['d=2', 'd=1'], ['d=1: new', 'd=2: new'], []],
  ['one of them, and another', ['d=3', 'd=2'], ['d=1: old', 'd=2: new'], [['d=3: new']]],
  ['none by its name', null, ['null: new'], []],
])('one slot takes all: %s', async (name, again, replays, later) => {
  partitions = ['d=1', 'd=2'];
  const { raw, end } = await flows(lake, `one ${name}`, { raw: RAW, end: AUTO }, ['raw>end']);
  const root = await ranOf(lake, raw);
  await reached(lake, end, 1);
  partitions = again;
  expect((await replayed(lake, root)).steps.map(({ state }) => state)).toEqual(['success', 'success']);
  await reached(lake, end, 2 + later.length);
  const claims = await claimsOf(end, await named(raw, 'old', 'new'));
  expect(claims.slice(1)).toEqual([replays, ...later]);
});

test('runs of one slot that consumed one partition each do so again', async () => {
  partitions = ['d=1', 'd=2'];
  const one = { ...AUTO, trigger: { ...AUTO.trigger, maxSources: 1 } } as const;
  const { raw, end } = await flows(lake, 'one by one', { raw: RAW, end: one }, ['raw>end']);
  const root = await ranOf(lake, raw);
  await reached(lake, end, 2);
  partitions = ['d=2', 'd=1'];
  await replayed(lake, root);
  const claims = await claimsOf(end, await named(raw, 'old', 'new'));
  expect(claims).toEqual([['d=1: old'], ['d=2: old'], ['d=1: new'], ['d=2: new']]);
});

test('a later version that wrote less is made anew for whoever consumed that, and for nobody else', async () => {
  partitions = ['d=1', 'd=2'];
  const { raw, end } = await flows(lake, 'less', { raw: RAW, end: AUTO }, ['raw>end']);
  const root = await ranOf(lake, raw);
  await reached(lake, end, 1);
  partitions = ['d=2'];
  await lake.coordinator.replayDataflowRun(root);
  await reached(lake, end, 2);
  partitions = ['d=2', 'd=1'];
  const { steps } = await replayed(lake, root);
  expect(steps).toHaveLength(3);
  const claims = await claimsOf(end, await named(raw, 'first', 'second', 'third'));
  expect(claims).toEqual([['d=1: first', 'd=2: first'], ['d=2: second'], ['d=1: third', 'd=2: first'], ['d=2: third']]);
});

test('a partition that a run called otherwise is its only one all the same', async () => {
  const { coordinator } = lake;
  const { raw, end } = await flows(lake, 'renamed', { raw: {}, end: {} }, ['raw>end']);
  const { runId: root } = await coordinator.startDataflowRunWithId(raw);
  await coordinator.finishDataflowRun('success', root, { dataflowPartitionKey: 'loaded=1' });
  await produce(lake, end);
  const { workflowId } = await coordinator.replayDownstream(root);
  const opened = async (dataflow: string): Promise<string> => {
    const [run] = await eventually(
      () => runsOf(lake, dataflow, 'started'),
      ({ length }) => length === 1,
    );
    return run!.runId;
  };
  const again = await opened(raw);
  await coordinator.finishDataflowRun('success', again, { dataflowPartitionKey: 'loaded=2' });
  const consumer = await opened(end);
  expect(await claimedBy(lake, consumer)).toEqual([again]);
  await coordinator.finishDataflowRun('success', consumer);
  await lake.client.workflow.getHandle(workflowId).result();
});
