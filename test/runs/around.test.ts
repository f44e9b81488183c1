// What stands around a rule, on real runs: gathering, batches, deadlines, places among the runs at once.

import { claimedBy, eventsOf, pair, runIn, runsOf } from '../support/flow';
import { eventTypes } from '../support/history';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ activities: { echoJob: async () => ({ recordCount: 1 }) } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

test('a target gathers small source runs into one run, and they are no news to its workflow', async () => {
  const {
    target: id,
    targetKey,
    produce,
  } = await pair(lake, 'gathers', {
    trigger: { mode: 'auto', debounce: '2 s', maxWait: '20 s' },
  });
  const sources = [await produce()];
  const waiting = await runIn(lake, id, 'waiting');
  expect(waiting.waitingFor).toBe('quiet');
  const { mode, when, ...policy } = (await lake.coordinator.getDataflow(id)).trigger;
  expect([mode, when]).toEqual(['auto', 'all']);
  expect(waiting.policy).toEqual(policy);
  const before = (await eventTypes(lake.client, `dlc:${targetKey}`)).length;
  for (let i = 0; i < 5; i++) sources.push(await produce());
  expect((await eventTypes(lake.client, `dlc:${targetKey}`)).slice(before)).not.toContain(
    'WORKFLOW_EXECUTION_SIGNALED',
  );
  expect((await lake.coordinator.why({ runId: waiting.runId })).text).toMatch(/waiting for more: \d source runs ready/);
  const run = await runIn(lake, id, 'started');
  expect(run.runId).toBe(waiting.runId);
  expect(await claimedBy(lake, run.runId)).toEqual(sources);
  await lake.coordinator.finishDataflowRun('success', run.runId);
  expect(await runsOf(lake, id)).toHaveLength(1);
});

test('a full batch starts at once; what is left is for the next run', async () => {
  const { target: id, produce } = await pair(lake, 'batches', {
    trigger: { mode: 'auto', debounce: '1 hour', maxWait: '2 hours', maxSources: 3 },
  });
  const sources = [];
  for (let i = 0; i < 7; i++) sources.push(await produce());
  const batches: string[][] = [];
  for (const _ of [1, 2]) {
    const run = await runIn(lake, id, 'started');
    batches.push(await claimedBy(lake, run.runId));
    await lake.coordinator.finishDataflowRun('success', run.runId);
  }
  expect(batches).toEqual([sources.slice(0, 3), sources.slice(3, 6)]);
  const { runId, waitingFor } = await runIn(lake, id, 'waiting');
  expect(waitingFor).toBe('quiet');
  await lake.coordinator.cancelDataflowRun(runId);
  await lake.coordinator.operations.disableDataflow(id);
});

test('a run that is not ready in time expires, or starts with what is there; its lateness is told', async () => {
  const { coordinator } = lake;
  const expires = await pair(lake, 'expires', { trigger: { deadline: '1 s', startBy: '500 ms' } });
  const { runId } = await coordinator.startDataflowRunWithId(expires.target, { wait: true });
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('expired');
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({
    state: 'expired',
    message: `It didn't start within 1 s: it was waiting for ${expires.sourceKey}.`,
  });
  expect(await eventsOf(lake, runId)).toEqual(['waiting', 'late', 'expired']);
  await expect(coordinator.finishDataflowRun('success', runId)).rejects.toMatchObject({ code: 'RUN_ALREADY_FINISHED' });

  const starts = await pair(lake, 'starts', {});
  const late = await coordinator.startDataflowRunWithId(starts.target, {
    wait: true,
    deadline: { after: '1 s', action: 'start' },
  });
  expect(await coordinator.waitForDataflowRunStart(late.runId)).toBe('started');
  expect(await claimedBy(lake, late.runId)).toEqual([]);
});

describe('runs at once', () => {
  const partitioned = { trigger: { mode: 'auto', when: 'any' }, partitioned: true, maxConcurrentRuns: 2 } as const;

  test('wait in line for a place, the highest priority first, and each gets one', async () => {
    const { coordinator } = lake;
    const { target: id } = await pair(lake, 'places', { ...partitioned, trigger: {} }, { partitioned: true });
    const start = (partitionKey: string, priority: number, wait = true) =>
      coordinator.startDataflowRunWithId(id, { partitionKey, priority, wait, dependencyCheck: 'ignore' });
    const [a, b] = [await start('p=a', 0), await start('p=b', 0)];
    await expect(start('p=x', 9, false)).rejects.toMatchObject({
      code: 'ALREADY_ACTIVE',
      details: { maxConcurrentRuns: 2, running: 2 },
    });
    const low = await start('p=low', -1);
    const first = await start('p=first', 1);
    const second = await start('p=second', 1);
    expect(await runsOf(lake, id, 'waiting')).toHaveLength(3);
    expect((await coordinator.why({ runId: low.runId })).text).toContain(
      'waiting for a place: 2 of 2 runs at once are running, with 2 before it',
    );
    await coordinator.finishDataflowRun('success', a.runId);
    expect(await coordinator.waitForDataflowRunStart(first.runId)).toBe('started');
    // One that gives up in line lets the next one pass.
    await coordinator.cancelDataflowRun(second.runId);
    await coordinator.finishDataflowRun('error', b.runId);
    expect(await coordinator.waitForDataflowRunStart(low.runId)).toBe('started');
  });

  test('of many partitions never exceed the limit, and all of them run', async () => {
    const { target: id, produce } = await pair(
      lake,
      'many',
      { ...partitioned, job: { type: 'activity', name: 'echoJob' } },
      { partitioned: true },
    );
    const days = Array.from({ length: 12 }, (_, day) => `day=${String(day)}`);
    await Promise.all(days.map(produce));
    const runs = await eventually(
      () => runsOf(lake, id),
      (all) => all.length === 12 && all.every(({ state }) => state === 'success'),
    );
    expect(runs.map(({ slot }) => slot).sort()).toEqual([...days].sort());
    const moments = runs.flatMap((run) => [
      { at: run.startedAt!.getTime(), change: 1 },
      { at: run.endedAt!.getTime(), change: -1 },
    ]);
    let atOnce = 0;
    for (const { change } of moments.sort((x, y) => x.at - y.at || x.change - y.change)) {
      atOnce += change;
      expect(atOnce).toBeLessThanOrEqual(2);
    }
  });

  test('a terminated run in line does not hold up those behind it', async () => {
    const { coordinator, client } = lake;
    const { target: id } = await pair(
      lake,
      'gone',
      { ...partitioned, trigger: {}, maxConcurrentRuns: 1 },
      { partitioned: true },
    );
    const start = (partitionKey: string, priority = 0) =>
      coordinator.startDataflowRunWithId(id, { partitionKey, priority, wait: true, dependencyCheck: 'ignore' });
    const running = await start('p=1');
    const gone = await start('p=2', 1);
    const next = await start('p=3');
    await client.workflow.getHandle(gone.workflowId).terminate();
    await coordinator.finishDataflowRun('success', running.runId);
    expect(await coordinator.waitForDataflowRunStart(next.runId)).toBe('started');
    expect(await coordinator.getDataflowRun(gone.runId)).toMatchObject({ state: 'orphaned' });
  });

  test('stand in line in their order when a pause is over, whoever looks first', async () => {
    const { coordinator } = lake;
    const { target: id } = await pair(
      lake,
      'resumed',
      { ...partitioned, trigger: {}, maxConcurrentRuns: 1 },
      { partitioned: true },
    );
    await coordinator.operations.pauseDataflow(id);
    const starts = [0, 1, 2, 3, 4, 5].map(
      (priority) => () =>
        coordinator.startDataflowRunWithId(id, {
          partitionKey: `p=${String(priority)}`,
          priority,
          wait: true,
          dependencyCheck: 'ignore',
        }),
    );
    for (const start of starts) expect(await start()).toMatchObject({ state: 'waiting' });
    await coordinator.operations.resumeDataflow(id);
    for (const slot of ['p=5', 'p=4', 'p=3', 'p=2', 'p=1', 'p=0']) {
      const run = await runIn(lake, id, 'started');
      expect(run.slot).toBe(slot);
      await coordinator.finishDataflowRun('success', run.runId);
    }
  });
});
