// What people do to relations, dataflows and zones: what waits, what has gathered and what comes meanwhile, each as it was chosen.

import { claimedBy, finishOpen, pair, produce, runIn, runsOf } from '../support/flow';
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

const auto = { trigger: { mode: 'auto' } } as const;
const why = { by: 'ann', reason: 'migration' } as const;
const readyOf = async (target: string): Promise<string[]> =>
  (await lake.coordinator.fetchReadyDataflowSourceByTargetId(target)).map((row) => row.sourceRunId);

describe('a suspended relation', () => {
  test('is neither waited for nor consumed; resumed, its backlog is consumed by one run', async () => {
    const { operations } = lake.coordinator;
    const { sourceKey: source, targetKey, target, relation, produce: run } = await pair(lake, 'suspend', auto);
    const other = await lake.coordinator.createDataflow(lake.zone('rz'), 'suspend', 'other');
    await lake.coordinator.associateSourceToTarget(other, target);
    await operations.suspendRelation(relation, why);
    const kept = [await run(), await run()];
    expect(await readyOf(target)).toEqual([]);
    const alone = await produce(lake, other);
    expect(await claimedBy(lake, await finishOpen(lake, target))).toEqual([alone]);
    expect((await lake.coordinator.why({ dataflow: targetKey })).text).toMatch(
      /suspend is left out: its relation was suspended at .* UTC by ann \(migration\)\.$/,
    );
    expect(await operations.resumeRelation({ source, target: targetKey }, why)).toEqual({
      changed: true,
      backlog: 'together',
    });
    const last = await produce(lake, other);
    expect(await claimedBy(lake, await finishOpen(lake, target))).toEqual([...kept, last]);
    expect(await operations.list({ subject: `${source} → ${targetKey}` })).toMatchObject([
      { kind: 'resumeRelation', by: 'ann', reason: 'migration' },
      { kind: 'suspendRelation', by: 'ann', reason: 'migration' },
      { kind: 'createRelation' },
    ]);
  });

  test('gives a waiting run what it still lacked', async () => {
    const { coordinator } = lake;
    const { target, relation } = await pair(lake, 'lacks');
    const second = await coordinator.createDataflow(lake.zone('rz'), 'lacks', 'second');
    await coordinator.associateSourceToTarget(second, target);
    const run = await coordinator.startDataflowRunWithId(target, { wait: true });
    const ready = await produce(lake, second);
    await coordinator.operations.suspendRelation(relation);
    expect(await coordinator.waitForDataflowRunStart(run.runId)).toBe('started');
    expect(await claimedBy(lake, run.runId)).toEqual([ready]);
    await coordinator.finishDataflowRun('success', run.runId);
    await coordinator.operations.resumeRelation(relation);
  });

  test('resumed one by one, its backlog is consumed one source run a run; what comes after, together again', async () => {
    const { relation, target, produce: run } = await pair(lake, 'each', auto);
    await lake.coordinator.operations.suspendRelation(relation);
    const kept = [await run(), await run(), await run()];
    await lake.coordinator.operations.resumeRelation(relation, { backlog: 'oneByOne' });
    await finishOpen(lake, target);
    const later = [await run(), await run()];
    for (const _ of ['the second', 'the third', 'the rest']) await finishOpen(lake, target);
    const runs = (await runsOf(lake, target)).reverse();
    const claims = await Promise.all(runs.map(({ runId }) => claimedBy(lake, runId)));
    expect(claims).toEqual([...kept.map((source) => [source]), later]);
  });

  test('together means together, whatever an earlier resume said', async () => {
    const { operations } = lake.coordinator;
    const { target, produce: run } = await pair(lake, 'together-after-each', auto);
    await operations.pauseDataflow(target);
    const kept = [await run(), await run(), await run()];
    await operations.resumeDataflow(target, { backlog: 'oneByOne' });
    expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual(kept.slice(0, 1));
    await operations.pauseDataflow(target);
    await finishOpen(lake, target);
    await operations.resumeDataflow(target, { backlog: 'together' });
    expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual(kept.slice(1));
    await finishOpen(lake, target);
  });

  test('that skips leaves nothing to consume, neither from then nor from the time before it was resumed', async () => {
    const { operations } = lake.coordinator;
    const { relation, target, targetKey, produce: run } = await pair(lake, 'skips');
    await run();
    await operations.suspendRelation(relation, { backlog: 'skip' });
    await run();
    expect(await operations.resumeRelation(relation, { backlog: 'together' })).toMatchObject({ changed: true });
    expect(await readyOf(target)).toHaveLength(1);
    await operations.suspendRelation(relation);
    await run();
    // The longest one: who skipped it is kept with each row.
    const requestId = `skip-${lake.zone('x')}`.padEnd(64, '-');
    expect(await operations.resumeRelation(relation, { backlog: 'skip', requestId })).toMatchObject({ skipped: 2 });
    const skipped = `SELECT DISTINCT withheld_by AS who FROM dataflow_queue WHERE relation_id = ? AND withheld_by LIKE 'skipped:%'`;
    expect(await lake.db.select(skipped, [relation])).toEqual([{ who: `skipped:${requestId}` }]);
    expect(await readyOf(target)).toEqual([]);
    expect((await lake.coordinator.why({ dataflow: targetKey })).text).toMatch(
      /2 source runs are withheld by an operator, .*1 source run is withheld by the suspension/,
    );
  });

  test('that is terminated is history; associated anew, it begins empty', async () => {
    const { coordinator } = lake;
    const { source, sourceKey, target, targetKey, relation, produce: run } = await pair(lake, 'anew');
    await run();
    expect(await coordinator.operations.terminateRelation(relation, why)).toMatchObject({ changed: true });
    expect(await coordinator.operations.terminateRelation(relation)).toMatchObject({ changed: false });
    expect(await readyOf(target)).toEqual([]);
    await run();
    await expect(coordinator.operations.suspendRelation(relation)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const second = await coordinator.associateSourceToTarget(source, target, { by: 'bob', reason: 'back' });
    expect(await coordinator.operations.list({ subject: `${sourceKey} → ${targetKey}`, limit: 1 })).toMatchObject([
      { kind: 'createRelation', by: 'bob', reason: 'back', result: { relationId: second } },
    ]);
    expect(await readyOf(target)).toEqual([]);
    const after = await run();
    expect(await readyOf(target)).toEqual([after]);
    expect((await coordinator.listRelations()).filter(({ id }) => [relation, second].includes(id))).toMatchObject([
      { terminatedBy: 'ann', terminateReason: 'migration' },
      { terminatedAt: null },
    ]);
  });
});

describe('a pause', () => {
  test('of a dataflow keeps what gathers, and starts it when it is over', async () => {
    const { coordinator } = lake;
    const { target, targetKey, produce: run } = await pair(lake, 'paused', auto);
    await coordinator.operations.pauseDataflow(targetKey, why);
    const kept = [await run(), await run()];
    expect(await runsOf(lake, target)).toEqual([]);
    await expect(coordinator.startDataflowRunWithId(target)).rejects.toMatchObject({
      code: 'DATAFLOW_DISABLED',
      message: expect.stringMatching(/is paused since .* by ann \(migration\)/),
      details: { status: 'paused', scope: 'dataflow' },
    });
    const waiting = await coordinator.startDataflowRunWithId(target, { wait: true });
    expect((await coordinator.why({ runId: waiting.runId })).text).toMatch(
      /it is paused: .*:paused is paused since .* by ann \(migration\)\. Its rule is met: 2 source runs ready\.$/,
    );
    await coordinator.operations.resumeDataflow(targetKey);
    expect(await coordinator.waitForDataflowRunStart(waiting.runId)).toBe('started');
    expect(await claimedBy(lake, waiting.runId)).toEqual(kept);
    await coordinator.finishDataflowRun('success', waiting.runId);
  });

  test('of a zone holds up all of its dataflows; its waiting runs say so', async () => {
    const { coordinator } = lake;
    const zone = lake.zone('pz');
    const { source } = await pair(lake, 'zone');
    const target = await coordinator.createDataflow(zone, 'auto', '', '', auto);
    const other = await coordinator.createDataflow(zone, 'manual');
    for (const id of [target, other]) await coordinator.associateSourceToTarget(source, id);
    const waiting = await coordinator.startDataflowRunWithId(other, { wait: true });
    await coordinator.operations.pauseZone(zone, why);
    await eventually(
      () => coordinator.getDataflowRun(waiting.runId),
      ({ waitingFor }) => waitingFor === 'pause',
    );
    await produce(lake, source);
    expect(await runsOf(lake, target)).toEqual([]);
    expect(await coordinator.operations.resumeZone(zone, { backlog: 'skip' })).toMatchObject({ skipped: 2 });
    await eventually(
      () => coordinator.getDataflowRun(waiting.runId),
      ({ waitingFor }) => waitingFor === 'sources',
    );
    expect(await runsOf(lake, target)).toEqual([]);
    await coordinator.cancelDataflowRun(waiting.runId);
    await expect(coordinator.operations.pauseZone('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('of two pauses', () => {
  /** `ZONE:name`, paused together with its zone, with two source runs that gather. */
  async function pausedTwice(name: string) {
    const { coordinator } = lake;
    const zone = lake.zone(name);
    const { source, produce: run } = await pair(lake, `twice-${name}`);
    const target = await coordinator.createDataflow(zone, 'each', '', '', auto);
    const relation = await coordinator.associateSourceToTarget(source, target);
    await coordinator.operations.pauseDataflow(target);
    await coordinator.operations.pauseZone(zone);
    return { zone, target, relation, run, kept: [await run(), await run()] };
  }
  const claims = async (target: string, runs: number): Promise<string[][]> => {
    const ended: string[][] = [];
    for (let number = 0; number < runs; number++) ended.push(await claimedBy(lake, await finishOpen(lake, target)));
    return ended;
  };
  const each = (runs: readonly string[]): string[][] => runs.map((source) => [source]);

  test('the first that goes may choose: it is done when the last one goes, for all that has gathered by then', async () => {
    const { operations } = lake.coordinator;
    const { zone, target, run, kept } = await pausedTwice('first');
    expect(await operations.resumeDataflow(target, { backlog: 'oneByOne' })).toEqual({
      changed: true,
      backlog: 'oneByOne',
      stillPaused: [`zone ${zone}`],
    });
    const third = await run();
    expect(await operations.resumeZone(zone)).toEqual({ changed: true, backlog: 'oneByOne', chosenBefore: 1 });
    expect(await claims(target, 2)).toEqual(each(kept));
    const after = [await run(), await run()];
    expect(await claims(target, 2)).toEqual([[third], after]);
  });

  test('the zone may go first, and a relation too; what the last one names wins', async () => {
    const { operations } = lake.coordinator;
    const first = await pausedTwice('zone-first');
    const key = `${first.zone}:each`;
    expect(await operations.resumeZone(first.zone, { backlog: 'oneByOne' })).toMatchObject({ stillPaused: [key] });
    expect(await operations.resumeDataflow(key)).toMatchObject({ changed: true, backlog: 'oneByOne' });
    expect(await claims(first.target, 2)).toEqual(each(first.kept));

    const { zone, target, relation, kept } = await pausedTwice('relation-first');
    await operations.suspendRelation(relation);
    expect(await operations.resumeRelation(relation, { backlog: 'oneByOne' })).toMatchObject({
      stillPaused: [`${zone}:each`, `zone ${zone}`],
    });
    expect(await operations.resumeDataflow(target)).toEqual({ changed: true, stillPaused: [`zone ${zone}`] });
    expect(await operations.resumeZone(zone, { backlog: 'together' })).toEqual({ changed: true, backlog: 'together' });
    expect(await claims(target, 1)).toEqual([kept]);
  });

  test('both may go at once: whoever is the last one keeps the choice of the other', async () => {
    const { operations } = lake.coordinator;
    for (const round of ['one', 'two', 'three', 'four']) {
      const { zone, target, run, kept } = await pausedTwice(`at-once-${round}`);
      await Promise.all([operations.resumeDataflow(target, { backlog: 'oneByOne' }), operations.resumeZone(zone)]);
      expect(await claims(target, 2)).toEqual(each(kept));
      await operations.pauseDataflow(target);
      const after = [await run(), await run()];
      await operations.resumeDataflow(target);
      expect(await claims(target, 1)).toEqual([after]);
    }
  });
});

describe('a dataflow that is', () => {
  test('disabled cancels its waiting runs, lets the others end, and starts with what gathered when it is enabled', async () => {
    const { coordinator } = lake;
    const {
      target,
      targetKey,
      produce: run,
    } = await pair(lake, 'disabled', { ...auto, partitioned: true }, { partitioned: true });
    await run('d=1');
    const started = await runIn(lake, target, 'started');
    const waiting = await coordinator.startDataflowRunWithId(target, { partitionKey: 'd=2', wait: true });
    await coordinator.operations.disableDataflow(targetKey, why);
    expect(await coordinator.waitForDataflowRunStart(waiting.runId)).toBe('cancelled');
    expect(await coordinator.getDataflowRun(waiting.runId)).toMatchObject({ message: `${targetKey} is disabled.` });
    const gathered = await run('d=2');
    await expect(coordinator.startDataflowRunWithId(target, { partitionKey: 'd=2' })).rejects.toMatchObject({
      code: 'DATAFLOW_DISABLED',
    });
    await coordinator.finishDataflowRun('success', started.runId);
    expect(await runsOf(lake, target, 'started')).toEqual([]);
    await coordinator.operations.enableDataflow(targetKey);
    const next = await runIn(lake, target, 'started');
    expect(next.partitionKey).toBe('d=2');
    expect(await claimedBy(lake, next.runId)).toEqual([gathered]);
    await coordinator.finishDataflowRun('success', next.runId);
  });

  test('retired is so for good, and nobody waits for it any more', async () => {
    const { coordinator } = lake;
    const { source, sourceKey, target, relation } = await pair(lake, 'retired');
    const other = await coordinator.createDataflow(lake.zone('rz'), 'retired', 'other');
    await coordinator.associateSourceToTarget(other, target);
    const waiting = await coordinator.startDataflowRunWithId(target, { wait: true });
    await produce(lake, other);
    expect(await coordinator.operations.retireDataflow(sourceKey, why)).toMatchObject({ terminatedRelations: 1 });
    expect(await coordinator.waitForDataflowRunStart(waiting.runId)).toBe('started');
    expect((await coordinator.listRelations()).find(({ id }) => id === relation)).toMatchObject({
      terminateReason: `${sourceKey} was retired`,
    });
    await expect(coordinator.startDataflowRunWithId(source)).rejects.toMatchObject({
      code: 'DATAFLOW_DISABLED',
      message: `${sourceKey} is retired, for good: it can't be started. Register a new dataflow under another key.`,
    });
    const { operations } = coordinator;
    for (const [refused, what] of [
      [operations.enableDataflow(source), 'enabled'],
      [operations.disableDataflow(source), 'disabled'],
      [operations.pauseDataflow(source), 'paused'],
      [operations.resumeDataflow(source), 'resumed'],
    ] as const) {
      await expect(refused).rejects.toMatchObject({
        code: 'DATAFLOW_DISABLED',
        message: expect.stringContaining(`is retired, for good: it can't be ${what}.`) as string,
        details: { field: 'dataflow', dataflow: sourceKey, status: 'retired' },
      });
    }
    expect(await operations.list({ subject: sourceKey })).toMatchObject([{ kind: 'retireDataflow' }]);
    expect((await coordinator.getDataflow(source)).pause).toBeNull();
    await coordinator.finishDataflowRun('success', waiting.runId);
  });
});

test('the same operation asked for twice under one requestId is done once', async () => {
  const { operations } = lake.coordinator;
  const { targetKey } = await pair(lake, 'once');
  const options = { ...why, requestId: `${lake.taskQueue}-once` };
  expect(await operations.pauseDataflow(targetKey, options)).toEqual({ changed: true });
  await operations.resumeDataflow(targetKey);
  expect(await operations.pauseDataflow(targetKey, options)).toEqual({ changed: true });
  expect((await lake.coordinator.getDataflow(targetKey)).pause).toBeNull();
});

test('another operation under a requestId that was used is refused, and not done', async () => {
  const { operations } = lake.coordinator;
  const { relation, target } = await pair(lake, 'reused');
  const options = { ...why, requestId: `${lake.taskQueue}-reused` };
  const refused = {
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/suspendRelation of .* → .*\. Nothing was done/) as string,
    details: { field: 'requestId', kind: 'suspendRelation' },
  };
  await operations.suspendRelation(relation, options);
  await expect(operations.resumeRelation(relation, options)).rejects.toMatchObject(refused);
  await expect(operations.suspendRelation(relation, { ...options, backlog: 'skip' })).rejects.toMatchObject(refused);
  await expect(operations.pauseDataflow(target, options)).rejects.toMatchObject(refused);
  const found = (await lake.coordinator.listRelations()).find(({ id }) => id === relation);
  expect(found).toMatchObject({ suspendedBacklog: 'keep', suspendedBy: 'ann' });
  expect((await lake.coordinator.getDataflow(target)).pause).toBeNull();
  // Who asks again, and why, is no matter: it is the same.
  expect(await operations.suspendRelation(relation, { ...options, by: 'bob', reason: 'again' })).toEqual({
    changed: true,
    backlog: 'keep',
  });
  await expect(operations.pauseDataflow(target, { requestId: 'x:end' })).rejects.toMatchObject({
    details: { field: 'requestId' },
  });
});

test('another operation under the requestId of one that is under way is refused; the same waits for it', async () => {
  const idle = await makeLake({ worker: false });
  const { operations } = idle.coordinator;
  const id = await idle.coordinator.createDataflow(idle.zone('rz'), 'under-way');
  const requestId = `${idle.taskQueue}-under-way`;
  await expect(operations.pauseDataflow(id, { requestId, timeoutMs: 200 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  await expect(operations.resumeDataflow(id, { requestId })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'requestId', kind: 'pauseDataflow' },
  });
  const again = operations.pauseDataflow(id, { requestId });
  await idle.startWorker();
  expect(await again).toEqual({ changed: true });
  expect(await operations.list()).toHaveLength(1);
  await idle.close();
});

test('a priority that is raised lets a run go before others', async () => {
  const { coordinator } = lake;
  const { target } = await pair(lake, 'raised', { partitioned: true, maxConcurrentRuns: 1 }, { partitioned: true });
  const start = (partitionKey: string) =>
    coordinator.startDataflowRunWithId(target, { partitionKey, wait: true, dependencyCheck: 'ignore' });
  const [running, first, second] = [await start('p=1'), await start('p=2'), await start('p=3')];
  await coordinator.operations.prioritizeRun(second.runId, 5, why);
  await coordinator.finishDataflowRun('success', running.runId);
  expect(await coordinator.waitForDataflowRunStart(second.runId)).toBe('started');
  expect(await coordinator.getDataflowRun(first.runId)).toMatchObject({ state: 'waiting' });
  await coordinator.cancelDataflowRun(first.runId);
  await coordinator.finishDataflowRun('success', second.runId);
});
