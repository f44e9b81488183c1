// Partitions that a target can't take: whatever would ask for runs of them later is refused now, as a start is.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ activities: { echoJob: async () => ({ recordCount: 1 }) } });
});
afterAll(() => lake.close());

const JOB = { type: 'activity', name: 'echoJob' } as const;
const [DAYS, HOURS] = ['date={day}', 'hour={hour}'] as const;
const YEARLY = { cron: '0 0 1 1 *' } as const;
const JANUARY = { from: '2019-01-01', to: '2019-01-06' } as const;

/** A source whose target rolls hours up into days, once `relate` has been called, and what it refuses of `DAYS`. */
async function hourly(name: string) {
  const { coordinator } = lake;
  const create = (zone: string) =>
    coordinator.createDataflow(lake.zone(zone), name, '', '', { partitioned: true, job: JOB });
  const [source, target] = [await create('rz'), await create('sz')];
  const relate = () => coordinator.associateSourceToTarget(source, target, { partition: 'hour→day' });
  const refusal = (field: string) => ({
    code: 'INVALID_ARGUMENT',
    message: `${lake.zone('sz')}:${name} consumes this by partition (hour→day), which needs a part that is an hour, such as hour=2019-01-01T05; date=2019-01-01 has none. Give a ${field} that ${lake.zone('sz')}:${name} can take, or associate the two by another mapping.`,
    details: { field },
  });
  return { source, relate, refusal };
}

test('a schedule is refused when it is created or changed, and nothing is changed', async () => {
  const { schedules } = lake.coordinator;
  const { source, relate, refusal } = await hourly('scheduled');
  await schedules.create(source, { ...YEARLY, partition: DAYS }, { name: 'before' });
  await relate();
  await expect(
    lake.coordinator.startDataflowRunWithId(source, { partitionKey: 'date=2019-01-01' }),
  ).rejects.toMatchObject(refusal('partitionKey'));
  const refused = refusal('partition');
  const days = { ...YEARLY, partition: DAYS };
  await expect(schedules.create(source, days)).rejects.toMatchObject(refused);
  await expect(schedules.get(source)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { spec } = await schedules.create(source, { ...YEARLY, partition: HOURS });
  await expect(schedules.update(source, { partition: DAYS })).rejects.toMatchObject(refused);
  await expect(schedules.create(source, days, { ifExists: 'replace' })).rejects.toMatchObject(refused);
  expect((await schedules.get(source)).spec).toEqual(spec);
  // The one that was there before the relation is none the worse for another time.
  const later = await schedules.update(source, { cron: '0 0 2 1 *' }, { name: 'before' });
  expect(later.spec).toMatchObject({ cron: ['0 0 2 1 *'], partition: DAYS });
  for (const name of ['', 'before']) await schedules.delete(source, { name });
});

test('a backfill is refused, and nothing is begun', async () => {
  const { backfills } = lake.coordinator;
  const { source, relate, refusal } = await hourly('past');
  await relate();
  const refused = refusal('partition');
  await expect(backfills.start(source, JANUARY)).rejects.toMatchObject(refused);
  // Whoever starts the workflow without the client, too.
  const started = lake.client.workflow.execute('dataflowBackfill', {
    workflowId: `dlc-backfill:${lake.taskQueue}-past`,
    taskQueue: lake.taskQueue,
    args: [{ dataflow: source, ...JANUARY, by: 'ops' }],
  });
  await expect(started).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT', message: refused.message } });
  expect(await backfills.list({ dataflow: source })).toEqual([]);
  expect(await lake.coordinator.listDataflowRuns({ dataflow: source })).toEqual([]);
  const { backfillId } = await backfills.start(source, { from: '2019-01-01T22', to: '2019-01-01T23' });
  expect((await backfills.wait(backfillId)).progress).toMatchObject({ counts: { success: 2 } });
});
