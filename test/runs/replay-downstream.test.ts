// A run and everything that was made of it, once more and in order; nobody runs twice because of it.

import { claimedBy, produce, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

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

const auto = {
  trigger: { mode: 'auto', when: 'any' },
  job: { type: 'activity', name: 'job', retry: { maximumAttempts: 1 } },
} as const;

/** raw → clean → report, raw → audit (manual), other → report; all have run once. */
async function chain(name: string) {
  const { coordinator } = lake;
  const create = (zone: string, options = {}) => coordinator.createDataflow(lake.zone(zone), name, '', '', options);
  const [raw, other] = [await create('rz'), await create('oz')];
  const [clean, report, audit] = [
    await create('sz', auto),
    await create('cz', { ...auto, trigger: { mode: 'auto' } }),
    await create('az'),
  ];
  for (const [source, target] of [
    [raw, clean],
    [clean, report],
    [other, report],
    [raw, audit],
  ] as const) {
    await coordinator.associateSourceToTarget(source, target);
  }
  const otherRun = await produce(lake, other);
  const rawRun = await produce(lake, raw);
  const [reported] = await eventually(
    () => runsOf(lake, report, 'success'),
    (runs) => runs.length === 1,
  );
  const [cleaned] = await runsOf(lake, clean);
  return { raw, clean, report, audit, rawRun, otherRun, cleanRun: cleaned!.runId, reportRun: reported!.runId };
}

/** The raw job is external: somebody ends its new run. */
async function finishRaw(raw: string, rawRun: string): Promise<string> {
  const [again] = await eventually(
    () => runsOf(lake, raw, 'started'),
    (runs) => runs.length === 1,
  );
  expect(again).toMatchObject({ rerunOf: rawRun, cause: 'replay' });
  await lake.coordinator.finishDataflowRun('success', again!.runId);
  return again!.runId;
}

const ended = (replayId: string) =>
  eventually(
    () => lake.coordinator.getReplay(replayId),
    ({ steps }) => steps.every(({ state }) => state !== 'pending' && state !== 'running'),
  );

test('every consumer consumes what was made anew, and what else it had consumed', async () => {
  const { coordinator, client } = lake;
  const { raw, clean, report, audit, rawRun, otherRun, cleanRun, reportRun } = await chain('whole');
  const { replayId, workflowId, steps } = await coordinator.replayDownstream(rawRun, { by: 'ann' });
  expect(steps.map(({ runId }) => runId)).toEqual([rawRun, cleanRun, reportRun]);
  const again = await finishRaw(raw, rawRun);
  const outcome = await ended(replayId);
  expect(outcome.steps.map(({ state }) => state)).toEqual(['success', 'success', 'success']);
  await client.workflow.getHandle(workflowId).result();
  const [, cleanAgain, reportAgain] = outcome.steps.map(({ as }) => as!);
  expect(await claimedBy(lake, cleanAgain!)).toEqual([again]);
  expect((await claimedBy(lake, reportAgain!)).sort()).toEqual([otherRun, cleanAgain!].sort());
  expect(await coordinator.getDataflowRun(reportAgain!)).toMatchObject({ rerunOf: reportRun, cause: 'replay' });
  expect([await runsOf(lake, clean), await runsOf(lake, report)].map((runs) => runs.length)).toEqual([2, 2]);
  // Whoever had not consumed it gets both.
  expect((await coordinator.fetchReadyDataflowSourceByTargetId(audit)).map((row) => row.sourceRunId)).toEqual([
    rawRun,
    again,
  ]);
});

test('a replay of another run under the requestId of one that is under way is refused', async () => {
  const { coordinator } = lake;
  const raw = await coordinator.createDataflow(lake.zone('rz'), 'twice');
  const other = await produce(lake, await coordinator.createDataflow(lake.zone('oz'), 'twice'));
  const run = await produce(lake, raw);
  const requestId = `${lake.taskQueue}-twice`;
  const { replayId, workflowId } = await coordinator.replayDownstream(run, { requestId });
  await expect(coordinator.replayDownstream(other, { requestId })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'requestId', runId: run },
  });
  expect(await coordinator.replayDownstream(run, { requestId })).toMatchObject({ replayId });
  await finishRaw(raw, run);
  await lake.client.workflow.getHandle(workflowId).result();
  // And once it has ended: what was asked for has been done.
  expect(await coordinator.replayDownstream(run, { requestId })).toMatchObject({ replayId, steps: [{ runId: run }] });
  expect(await coordinator.getReplay(replayId)).toMatchObject({ steps: [{ state: 'success' }] });
  await expect(coordinator.replayDownstream(other, { requestId })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'requestId', runId: run },
  });
  expect(await runsOf(lake, raw)).toHaveLength(2);
});

test('a replay that there is not is told so, whatever its ID', async () => {
  for (const replayId of ['abc', 'a/b', '']) {
    await expect(lake.coordinator.getReplay(replayId)).rejects.toMatchObject({
      ...{ code: 'RUN_NOT_FOUND', details: { replayId } },
      message: expect.stringMatching(`^There is no replay ${replayId}\\. `) as string,
    });
  }
});

test('runs of a dataflow with one place are replayed one after the other', async () => {
  const { coordinator } = lake;
  const raw = await coordinator.createDataflow(lake.zone('rz'), 'place');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'place', '', '', {
    ...auto,
    partitioned: true,
    maxConcurrentRuns: 1,
  });
  await coordinator.associateSourceToTarget(raw, target);
  const partitions = ['d=1', 'd=2', 'd=3'].map((partitionKey) => ({ partitionKey }));
  const { runId } = await coordinator.startDataflowRunWithId(raw);
  await coordinator.finishDataflowRun('success', runId, { partitions });
  await eventually(
    () => runsOf(lake, target, 'success'),
    (runs) => runs.length === 3,
  );
  const { replayId } = await coordinator.replayDownstream(runId);
  const [again] = await eventually(
    () => runsOf(lake, raw, 'started'),
    (runs) => runs.length === 1,
  );
  await coordinator.finishDataflowRun('success', again!.runId, { partitions });
  const { steps } = await ended(replayId);
  expect(steps.map(({ state, message }) => [state, message])).toEqual(steps.map(() => ['success', null]));
  for (const { as } of steps.slice(1)) expect(await claimedBy(lake, as!)).toEqual([again!.runId]);
});

test('what comes after a run that fails again is skipped, and nothing is left withheld', async () => {
  const { coordinator, db } = lake;
  const { raw, rawRun, report } = await chain('broken');
  failing = true;
  const { replayId } = await coordinator.replayDownstream(rawRun);
  await finishRaw(raw, rawRun);
  const { steps } = await ended(replayId);
  expect(steps.map(({ state, message }) => [state, message])).toEqual([
    ['success', null],
    ['failed', 'broken'],
    ['skipped', 'What it consumes was not replayed.'],
  ]);
  failing = false;
  await eventually(
    async () => (await db.select('SELECT id FROM dataflow_queue WHERE withheld_by IS NOT NULL')).length === 0,
  );
  expect(await runsOf(lake, report)).toHaveLength(1);
});

test('an open consumer, or a run that failed, refuses the whole', async () => {
  const { coordinator } = lake;
  const { rawRun, audit } = await chain('open');
  const consumer = await coordinator.startDataflowRunWithId(audit);
  await expect(coordinator.replayDownstream(rawRun)).rejects.toMatchObject({
    code: 'ALREADY_ACTIVE',
    details: { field: 'runId', runId: consumer.runId },
  });
  await coordinator.finishDataflowRun('error', consumer.runId);
  await expect(coordinator.replayDownstream(consumer.runId)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
