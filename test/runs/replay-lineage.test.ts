// What a replay runs once more, and what each of its runs consumes: in a lake where runs were retried, replayed and given back
// before.

import { runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { ANY, flows, JOB, ranOf, reached, replayed } from '../support/replays';

let lake: Lake;
let failing = false;
beforeAll(async () => {
  const job = async () => {
    if (failing) throw new Error('broken');
    return { recordCount: 1 };
  };
  lake = await makeLake({ activities: { job } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

/** raw → mid → end, which run by themselves, after one run of raw. */
async function chain(name: string) {
  const ids = await flows(lake, name, { raw: JOB, mid: ANY, end: ANY }, ['raw>mid', 'mid>end']);
  const rawRun = await ranOf(lake, ids.raw);
  const [endRun] = await reached(lake, ids.end, 1);
  const [midRun] = await reached(lake, ids.mid, 1);
  return { ...ids, rawRun, midRun: midRun!.runId, endRun: endRun!.runId };
}

const success = { state: 'success', message: null };

test('runs of one slot are run one after another, and each consumes just what it had consumed, made anew', async () => {
  const ids = await flows(lake, 'diamond', { raw: JOB, left: JOB, right: JOB, end: ANY }, [
    'raw>left',
    'raw>right',
    'left>end',
    'right>end',
  ]);
  const raw = await ranOf(lake, ids.raw);
  const left = await ranOf(lake, ids.left);
  const [first] = await reached(lake, ids.end, 1);
  const right = await ranOf(lake, ids.right);
  const [, second] = await reached(lake, ids.end, 2);
  const { steps } = await replayed(lake, raw);
  const of = (runId: string) => steps.find((step) => step.of === runId)!;
  expect(steps).toHaveLength(5);
  expect(of(raw)).toMatchObject({ ...success, claimed: [] });
  expect(of(left)).toMatchObject({ ...success, claimed: [of(raw).as] });
  expect(of(right)).toMatchObject({ ...success, claimed: [of(raw).as] });
  expect(of(first!.runId)).toMatchObject({ ...success, claimed: [of(left).as] });
  expect(of(second!.runId)).toMatchObject({ ...success, claimed: [of(right).as] });
  expect(await runsOf(lake, ids.end)).toHaveLength(4);
});

test('a run that was replayed before is replayed again, with all that was made of its newest version', async () => {
  const { rawRun, mid, end } = await chain('twice');
  const before = await replayed(lake, rawRun);
  const again = await replayed(lake, rawRun);
  expect(again.steps.map(({ of }) => of)).toEqual(before.steps.map(({ as }) => as));
  const [raw, middle] = again.steps.map(({ as }) => as);
  expect(again.steps).toMatchObject([
    { ...success, claimed: [] },
    { ...success, claimed: [raw] },
    { ...success, claimed: [middle] },
  ]);
  expect([await runsOf(lake, mid), await runsOf(lake, end)].map(({ length }) => length)).toEqual([3, 3]);
});

test('a replay that failed hides nothing of what was made of the run before', async () => {
  const { rawRun, midRun, endRun, mid } = await chain('failed-between');
  failing = true;
  await lake.coordinator.replayDataflowRun(midRun);
  await reached(lake, mid, 1, 'error');
  failing = false;
  const { steps } = await replayed(lake, rawRun);
  expect(steps.map(({ of }) => of)).toEqual([rawRun, midRun, endRun]);
  expect(steps).toMatchObject([
    success,
    { ...success, claimed: [steps[0]!.as] },
    { ...success, claimed: [steps[1]!.as] },
  ]);
});

test('where a target has consumed a newer version since, that run of it is replayed, and no other', async () => {
  const { rawRun, midRun, mid, end } = await chain('newer');
  await lake.coordinator.replayDataflowRun(midRun);
  const [, newest] = await reached(lake, mid, 2);
  const [, consumer] = await reached(lake, end, 2);
  expect(consumer).toMatchObject({ rerunOf: null });
  const { steps } = await replayed(lake, rawRun);
  expect(steps.map(({ of }) => of)).toEqual([rawRun, newest!.runId, consumer!.runId]);
  expect(steps).toMatchObject([success, success, { ...success, claimed: [steps[1]!.as] }]);
  expect(await runsOf(lake, end)).toHaveLength(3);
});

test('a run that gave its sources back is none that consumed them', async () => {
  const { coordinator } = lake;
  const ids = await flows(lake, 'given-back', { raw: JOB, end: { onError: 'release' } }, ['raw>end']);
  const raw = await ranOf(lake, ids.raw);
  const cleared = await coordinator.startDataflowRunWithId(ids.end);
  await coordinator.operations.clearRun(cleared.runId);
  expect((await replayed(lake, raw)).steps).toMatchObject([{ of: raw, ...success }]);
  const next = await coordinator.startDataflowRunWithId(ids.end);
  expect(next.sourceCount).toBe(2);
  await coordinator.finishDataflowRun('success', next.runId);
  const [root] = await reached(lake, ids.raw, 2);
  const { steps } = await coordinator.replayDownstream(root!.runId);
  expect(steps.map(({ runId }) => runId)).toContain(next.runId);
  expect(steps).toHaveLength(2);
  const [again] = await reached(lake, ids.end, 1, 'started');
  await coordinator.finishDataflowRun('success', again!.runId);
});
