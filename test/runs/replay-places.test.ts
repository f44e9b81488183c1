// A replay's runs wait: for a slot that another run has, and for one of the places that a dataflow has.

import { claimedBy, finishOpen, produce, runIn, runsOf } from '../support/flow';
import { INVARIANTS, violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { flows, JOB, ranOf, reached, replayed } from '../support/replays';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ activities: { job: async () => ({ recordCount: 1 }) } });
});
afterAll(async () => {
  // A run that is fanned out has a row for each slot that it feeds.
  const invariants = INVARIANTS.filter(({ says }) => !says.includes('exactly one queue row'));
  expect(await violations(lake.db, invariants)).toEqual([]);
  await lake.close();
});

const stepOf = async (replayId: string, runId: string) =>
  (await lake.coordinator.getReplay(replayId)).steps.find((step) => step.runId === runId)!;

test('a month that is fanned out to days, one of which may run at once', async () => {
  const { coordinator } = lake;
  const month = await coordinator.createDataflow(lake.zone('rz'), 'days', '', '', JOB);
  const day = await coordinator.createDataflow(lake.zone('sz'), 'days', '', '', {
    ...{ trigger: { mode: 'auto' }, partitioned: true, maxConcurrentRuns: 1, ...JOB },
  });
  await coordinator.associateSourceToTarget(month, day, { partition: 'month→day' });
  const { runId } = await coordinator.startDataflowRunWithId(month, { partitionKey: 'month=2019-02' });
  await reached(lake, day, 28);
  const { steps } = await replayed(lake, runId);
  expect(steps.map(({ state, message }) => [state, message])).toEqual(Array(29).fill(['success', null]));
  expect(steps.slice(1).every(({ claimed }) => claimed[0] === steps[0]!.as)).toBe(true);
}, 120_000);

test('a run that stood in line consumes what was made anew, too', async () => {
  const { coordinator } = lake;
  const [source, target] = [
    await coordinator.createDataflow(lake.zone('rz'), 'place', '', '', { ...JOB, partitioned: true }),
    await coordinator.createDataflow(lake.zone('sz'), 'place', '', '', { partitioned: true, maxConcurrentRuns: 1 }),
  ];
  await coordinator.associateSourceToTarget(source, target);
  const { runId: root } = await coordinator.startDataflowRunWithId(source, { partitionKey: 'day=1' });
  await reached(lake, source, 1);
  const first = await coordinator.startDataflowRunWithId(target, { partitionKey: 'day=1' });
  await finishOpen(lake, target);
  await coordinator.startDataflowRunWithId(target, { partitionKey: 'day=2', dependencyCheck: 'ignore' });
  const { workflowId } = await coordinator.replayDownstream(root);
  expect(await runIn(lake, target, 'waiting')).toMatchObject({ rerunOf: first.runId, waitingFor: 'place' });
  await finishOpen(lake, target);
  const [again] = await eventually(
    () => runsOf(lake, target, 'started'),
    ([run]) => run?.slot === 'day=1',
  );
  const [, anew] = await reached(lake, source, 2);
  expect(await claimedBy(lake, again!.runId)).toEqual([anew!.runId]);
  await finishOpen(lake, target);
  await lake.client.workflow.getHandle(workflowId).result();
});

test('a slot in which a run works is waited for; one whose workflow is gone is found out', async () => {
  const { coordinator, client } = lake;
  const ids = await flows(lake, 'slot', { raw: JOB, end: {} }, ['raw>end']);
  const root = await ranOf(lake, ids.raw);
  const first = await produce(lake, ids.end);
  const other = await coordinator.startDataflowRunWithId(ids.end, { dependencyCheck: 'ignore' });
  const { replayId, workflowId } = await coordinator.replayDownstream(root);
  const waiting = await eventually(
    () => stepOf(replayId, first),
    ({ message }) => message !== null,
  );
  expect(waiting).toMatchObject({ state: 'pending', message: expect.stringContaining(other.runId) });
  await client.workflow.getHandle(other.workflowId).terminate();
  const again = await eventually(
    () => runsOf(lake, ids.end, 'started'),
    ([run]) => run?.rerunOf === first,
  );
  expect(await coordinator.getDataflowRun(other.runId)).toMatchObject({ state: 'orphaned' });
  await coordinator.finishDataflowRun('success', again[0]!.runId);
  await client.workflow.getHandle(workflowId).result();
});

test('a replay that waits for a place can be cancelled', async () => {
  const { coordinator, client } = lake;
  const ids = await flows(lake, 'cancelled', { raw: JOB, end: {} }, ['raw>end']);
  const root = await ranOf(lake, ids.raw);
  const first = await produce(lake, ids.end);
  await coordinator.startDataflowRunWithId(ids.end, { dependencyCheck: 'ignore' });
  const { replayId, workflowId } = await coordinator.replayDownstream(root);
  await eventually(
    () => stepOf(replayId, first),
    ({ message }) => message !== null,
  );
  await client.workflow.getHandle(workflowId).cancel();
  await expect(client.workflow.getHandle(workflowId).result()).rejects.toMatchObject({
    cause: { name: 'CancelledFailure' },
  });
  expect(await stepOf(replayId, first)).toMatchObject({ state: 'skipped', message: 'The replay was cancelled.' });
  await finishOpen(lake, ids.end);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(ids.end)).toHaveLength(1);
});

test('a slot in which somebody let a run wait fails the step, and says so: it may wait for ever', async () => {
  const { coordinator } = lake;
  const ids = await flows(lake, 'waits', { raw: JOB, end: {} }, ['raw>end']);
  const root = await ranOf(lake, ids.raw);
  await produce(lake, ids.end);
  const waiting = await coordinator.startDataflowRunWithId(ids.end, { wait: true });
  const { steps } = await replayed(lake, root);
  expect(steps).toMatchObject([
    { state: 'success' },
    { state: 'failed', message: expect.stringContaining(`${waiting.runId} (waiting)`) },
  ]);
  await runIn(lake, ids.end, 'started');
  await finishOpen(lake, ids.end);
});

test('steps whose slots are taken, however many, keep none back whose slot is free', async () => {
  const { coordinator, client } = lake;
  const names = Array.from({ length: 10 }, (_, number) => `t${String(number)}`);
  const ids = await flows(
    lake,
    'aside',
    { raw: JOB, ...Object.fromEntries(names.map((name) => [name, {}])) },
    names.map((name) => `raw>${name}` as 'raw>raw'),
  );
  const targets = names.map((name) => ids[name as 'raw']);
  const root = await ranOf(lake, ids.raw);
  for (const target of targets) await produce(lake, target);
  const free = targets.pop()!;
  for (const target of targets) await coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
  const { replayId, workflowId } = await coordinator.replayDownstream(root);
  await runIn(lake, free, 'started');
  await finishOpen(lake, free);
  const { steps } = await eventually(
    () => coordinator.getReplay(replayId),
    (replay) => replay.steps.filter(({ state }) => state === 'success').length === 2,
  );
  expect(steps.filter(({ state, message }) => state === 'pending' && message !== null)).toHaveLength(9);
  for (const target of targets) await finishOpen(lake, target);
  for (const target of targets) {
    await eventually(
      () => runsOf(lake, target, 'started'),
      ([run]) => run?.cause === 'replay',
    );
    await finishOpen(lake, target);
  }
  await client.workflow.getHandle(workflowId).result();
}, 120_000);
