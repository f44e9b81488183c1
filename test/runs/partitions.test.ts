// Runs per partition, with sources of other periods: what meets in a slot, and what doesn't.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

async function produce(source: string, partitionKey: string): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(source, { partitionKey });
  await lake.coordinator.finishDataflowRun('success', runId);
  return runId;
}

/** What each slot's runs consumed, by partition, once `count` runs have started. */
async function consumed(target: string, count: number): Promise<Record<string, string[]>> {
  const runs = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'started', limit: 1000 }),
    (started) => started.length >= count,
  );
  const pairs = runs.map(async ({ runId, partitionKey }): Promise<[string, string[]]> => {
    const { dataflowQueueList } = await lake.coordinator.getDataflowRun(runId);
    return [partitionKey ?? '', dataflowQueueList.map((row) => row.sourceRunId)];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

test('hours roll up to their day and meet the day of another source, never that of another date', async () => {
  const { coordinator } = lake;
  const hours = await coordinator.createDataflow(lake.zone('rz'), 'clicks', '', '', { partitioned: true });
  const days = await coordinator.createDataflow(lake.zone('rz'), 'rates', '', '', { partitioned: true });
  const target = await coordinator.createDataflow(lake.zone('sz'), 'joined', '', '', {
    partitioned: true,
    trigger: {
      mode: 'auto',
      when: { all: [{ source: `${lake.zone('rz')}:clicks`, count: 3 }, `${lake.zone('rz')}:rates`] },
    },
  });
  await coordinator.associateSourceToTarget(hours, target, { partition: 'hour→day as date' });
  await coordinator.associateSourceToTarget(days, target);

  // Two dates, mixed; the second one's rates come before its clicks.
  const [one, two] = ['2019-01-01', '2019-01-02'];
  const runs: Record<string, string[]> = { [one]: [], [two]: [] };
  for (const [date, hour] of [
    [one, '00'],
    [two, null],
    [two, '00'],
    [one, '01'],
    [two, '05'],
    [one, null],
    [two, '23'],
    [one, '23'],
  ] as const) {
    const run = hour === null ? produce(days, `date=${date}`) : produce(hours, `hour=${date}T${hour}`);
    runs[date]!.push(await run);
  }
  expect(await consumed(target, 2)).toEqual({ [`date=${one}`]: runs[one], [`date=${two}`]: runs[two] });
});

test('one month feeds each of its days, once', async () => {
  const { coordinator } = lake;
  const months = await coordinator.createDataflow(lake.zone('rz'), 'budget', '', '', { partitioned: true });
  const target = await coordinator.createDataflow(lake.zone('sz'), 'daily', '', '', {
    partitioned: true,
    trigger: { mode: 'auto' },
  });
  await coordinator.associateSourceToTarget(months, target, { partition: 'month→day as date' });
  const runId = await produce(months, 'month=2019-02');
  const slots = await consumed(target, 28);
  expect(Object.keys(slots).sort()).toEqual(
    Array.from({ length: 28 }, (_, day) => `date=2019-02-${String(day + 1).padStart(2, '0')}`),
  );
  expect(new Set(Object.values(slots).flat())).toEqual(new Set([runId]));
});

test('regions meet in the date that they share', async () => {
  const { coordinator } = lake;
  const regions = await coordinator.createDataflow(lake.zone('rz'), 'sales', '', '', { partitioned: true });
  const key = `${lake.zone('rz')}:sales`;
  const target = await coordinator.createDataflow(lake.zone('sz'), 'world', '', '', {
    partitioned: true,
    trigger: { mode: 'auto', when: { source: key, count: 2 } },
  });
  await coordinator.associateSourceToTarget(regions, target, { partition: 'keep:date' });
  const eu = await produce(regions, 'region=eu/date=2019-01-01');
  await produce(regions, 'region=eu/date=2019-01-02');
  const us = await produce(regions, 'region=us/date=2019-01-01');
  expect(await consumed(target, 1)).toEqual({ 'date=2019-01-01': [eu, us] });
});

test('a partition that a roll-up cannot take is refused at the start; one reported at the end leaves the run open', async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'odd');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'odd', '', '', { partitioned: true });
  const relation = await coordinator.associateSourceToTarget(source, target, { partition: 'day→month' });
  await expect(coordinator.startDataflowRunWithId(source, { partitionKey: 'date=soon' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partitionKey', relationId: relation },
  });
  expect(await coordinator.listDataflowRuns({ dataflow: source })).toEqual([]);

  const { runId } = await coordinator.startDataflowRunWithId(source);
  await expect(
    coordinator.finishDataflowRun('success', runId, { dataflowPartitionKey: 'date=2019-02-30' }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'dataflowPartitionKey' } });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'started' });
  await coordinator.finishDataflowRun('success', runId, { dataflowPartitionKey: 'date=2019-02-28' });
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([
    { sourceRunId: runId, dataflowPartitionKey: 'date=2019-02-28' },
  ]);
  await expect(coordinator.associateSourceToTarget(target, source, { partition: 'daily' }))
    .rejects //
    .toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partition' } });
});

test('a part that is no partition by itself is refused before anything is written', async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'blank');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'blank', '', '', { partitioned: true });
  await coordinator.associateSourceToTarget(source, target, { partition: 'keep:region' });
  await expect(
    coordinator.startDataflowRunWithId(source, { partitionKey: 'region=eu /date=2019-01-01' }),
  ).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(`as ${lake.zone('sz')}:blank consumes it (keep:region), "region=eu "`),
    details: { field: 'partitionKey' },
  });
  expect(await coordinator.listDataflowRuns({ dataflow: source })).toEqual([]);
  await expect(coordinator.associateSourceToTarget(source, target, { partition: 'keep:\ud800' }))
    .rejects //
    .toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partition' } });
});

test('a day that two sources name differently is one day', async () => {
  const { coordinator } = lake;
  const raw = await coordinator.createDataflow(lake.zone('rz'), 'imports', '', '', { partitioned: true });
  const other = await coordinator.createDataflow(lake.zone('rz'), 'imports', 'rates', '', { partitioned: true });
  const target = await coordinator.createDataflow(lake.zone('sz'), 'imports', '', '', {
    partitioned: true,
    trigger: { mode: 'auto' },
  });
  await coordinator.associateSourceToTarget(raw, target, { partition: 'day→day as date' });
  await coordinator.associateSourceToTarget(other, target);
  const one = await produce(raw, 'import_date=2019-01-01');
  await produce(raw, 'import_date=2019-01-02');
  const two = await produce(other, 'date=2019-01-01');
  expect(await consumed(target, 1)).toEqual({ 'date=2019-01-01': [one, two] });
});

/** A source with an open run for a day, and a target that is not related to it yet. */
async function openDay(name: string) {
  const { coordinator } = lake;
  const partitioned = { partitioned: true };
  const source = await coordinator.createDataflow(lake.zone('rz'), name, '', '', partitioned);
  const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', partitioned);
  const { runId } = await coordinator.startDataflowRunWithId(source, { partitionKey: 'date=2019-01-01' });
  return { source, target, runId, sourceKey: `${lake.zone('rz')}:${name}`, targetKey: `${lake.zone('sz')}:${name}` };
}

test('a relation is refused by which an open run of its source could not succeed any more', async () => {
  const { coordinator } = lake;
  const { source, target, runId, sourceKey, targetKey } = await openDay('late');
  const refused = {
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(`Run ${runId} of ${sourceKey} is open for that partition`) as string,
    details: { runId, partitionKey: 'date=2019-01-01' },
  };
  await expect(coordinator.associateSourceToTarget(source, target, { partition: 'hour→day' })).rejects.toMatchObject({
    ...refused,
    details: { ...refused.details, field: 'partition' },
  });
  const declared = (partition: string) =>
    ({
      version: 1,
      dataflows: { [targetKey]: { partitioned: true, sources: { [sourceKey]: { partition } } } },
    }) as const;
  const at = ['dataflows', targetKey, 'sources', sourceKey];
  const placed = { ...refused, details: { ...refused.details, problems: [{ path: at }] } };
  await expect(coordinator.apply(declared('hour→day'))).rejects.toMatchObject(placed);
  expect((await coordinator.listRelations()).filter(({ sourceDataflowId }) => sourceDataflowId === source)).toEqual([]);

  await coordinator.associateSourceToTarget(source, target, { partition: 'day→month' });
  await expect(coordinator.apply(declared('hour→day'))).rejects.toMatchObject(placed);
  await coordinator.finishDataflowRun('success', runId);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([{ sourceRunId: runId }]);
  expect((await coordinator.apply(declared('hour→day'))).plan.summary).toMatchObject({ change: 1 });
});

test('a run whose partition a relation cannot take is told which one, and what can be done', async () => {
  const { coordinator, db } = lake;
  const { source, target, runId, sourceKey, targetKey } = await openDay('slipped');
  // As if both had been done at the same moment.
  const relation = await coordinator.associateSourceToTarget(source, target);
  await db.write(`UPDATE dataflow_relation SET partition_mapping = 'hour→day' WHERE id = ?`, [relation]);
  for (const dataflowPartitionKey of [undefined, 'hour=2019-01-01T05']) {
    await expect(coordinator.finishDataflowRun('success', runId, { dataflowPartitionKey })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `${targetKey} consumes this by partition (hour→day), which needs a part that is an hour, such as hour=2019-01-01T05; date=2019-01-01 has none. Run ${runId} holds that partition, so it can't report another: terminate the relation first (dlc relation terminate ${sourceKey} ${targetKey}), and associate the two by another mapping; or end the run otherwise, as error or cancelled.`,
      details: { field: 'status', relationId: relation, runId },
    });
  }
  await coordinator.operations.terminateRelation(relation);
  await expect(
    coordinator.finishDataflowRun('success', runId, { dataflowPartitionKey: 'hour=2019-01-01T05' }),
  ).rejects.toMatchObject({ details: { field: 'dataflowPartitionKey', expected: 'date=2019-01-01' } });
  expect(await coordinator.finishDataflowRun('success', runId)).toMatchObject({ state: 'success' });
});
