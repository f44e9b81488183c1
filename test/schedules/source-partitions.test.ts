// Partitions that no source can ever feed: a run that would wait for them is refused, and so is whatever would ask for such runs later.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ activities: { echoJob: async () => ({ recordCount: 1 }) } });
});
afterAll(() => lake.close());

const JOB = { type: 'activity', name: 'echoJob' } as const;
const YEARLY = { cron: '0 0 1 1 *' } as const;
const HOURS = { from: '2019-01-01T00', to: '2019-01-01T01' } as const;

/** A target that rolls its source's hours up into days named `date`. */
async function daily(name: string) {
  const { coordinator } = lake;
  const create = (zone: string) =>
    coordinator.createDataflow(lake.zone(zone), name, '', '', { partitioned: true, job: JOB });
  const [source, target] = [await create('rz'), await create('sz')];
  const relation = await coordinator.associateSourceToTarget(source, target, { partition: 'hour→day as date' });
  const refusal = (slot: string, field: string) => ({
    code: 'INVALID_ARGUMENT',
    message:
      `No source of ${lake.zone('sz')}:${name} can ever feed ${slot}: ${lake.zone('rz')}:${name} (hour→day as date), which feeds ` +
      `a part named date that is a day, such as date=2019-01-01. Give a ${field} that a source feeds, associate one by another mapping, ` +
      "or start it with dependencyCheck: 'ignore'.",
    details: { field, slot },
  });
  return { source, target, relation, refusal };
}

test('a start that would wait for one is refused, and leaves no run; one that asks for nothing, and its rerun, are not', async () => {
  const { coordinator } = lake;
  const { target, refusal } = await daily('started');
  const start = (options: object) =>
    coordinator.startDataflowRunWithId(target, { partitionKey: 'nonsense', ...options });
  for (const options of [{ wait: true }, { wait: true, dependencyCheck: 'any' }, {}]) {
    await expect(start(options)).rejects.toMatchObject(refusal('nonsense', 'partitionKey'));
  }
  expect(await coordinator.listDataflowRuns({ dataflow: target })).toEqual([]);
  const { text, blocked } = await coordinator.why({ dataflow: target, partitionKey: 'nonsense' });
  expect(blocked).toBe(refusal('nonsense', 'partitionKey').message);
  expect(text).toContain(`It can't start in this slot: ${String(blocked)}`);
  const { runId } = await start({ dependencyCheck: 'ignore' });
  await lake.client.workflow.getHandle(`dlc:${lake.zone('sz')}:started@nonsense`).result();
  expect(await coordinator.replayDataflowRun(runId)).toMatchObject({ partitionKey: 'nonsense' });
  const fed = await coordinator.startDataflowRunWithId(target, { partitionKey: 'date=2019-01-01', wait: true });
  expect(fed).toMatchObject({ state: 'waiting' });
  await coordinator.cancelDataflowRun(fed.runId);
});

test('one that is suspended may be resumed, and feeds then: the run waits', async () => {
  const { coordinator } = lake;
  const { target } = await daily('suspended');
  const other = await coordinator.createDataflow(lake.zone('rz'), 'suspended-too');
  const same = await coordinator.associateSourceToTarget(other, target);
  await coordinator.operations.suspendRelation(same);
  const start = { partitionKey: 'nonsense', dependencyCheck: 'any', wait: true } as const;
  const { runId } = await coordinator.startDataflowRunWithId(target, start);
  await coordinator.cancelDataflowRun(runId);
  await coordinator.operations.terminateRelation(same);
  await expect(coordinator.startDataflowRunWithId(target, start)).rejects.toMatchObject({
    details: { field: 'partitionKey' },
  });
});

test('a schedule is refused when it is created or changed; one that was there before stays as it is', async () => {
  const { coordinator } = lake;
  const { schedules } = coordinator;
  const { target, source, relation, refusal } = await daily('scheduled');
  const refused = refusal('hour=2019-01-01T00', 'partition');
  const hours = { ...YEARLY, partition: 'hour={hour}' };
  await expect(schedules.create(target, hours)).rejects.toMatchObject(refused);
  await expect(schedules.get(target)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await schedules.create(target, { ...YEARLY, partition: 'date={day}' });
  await expect(schedules.update(target, { partition: 'hour={hour}' })).rejects.toMatchObject(refused);
  await schedules.create(target, { ...hours, dependencyCheck: 'ignore' }, { name: 'free' });
  await expect(schedules.update(target, { dependencyCheck: 'all' }, { name: 'free' })).rejects.toMatchObject(refused);
  await coordinator.operations.terminateRelation(relation);
  await coordinator.associateSourceToTarget(source, target, { partition: 'hour→month' });
  const later = await schedules.update(target, { cron: '0 0 2 1 *' });
  expect(later.spec).toMatchObject({ cron: ['0 0 2 1 *'], partition: 'date={day}' });
  for (const name of ['', 'free']) await schedules.delete(target, { name });
});

test('a backfill is refused, and nothing is begun; what had a run is run once more', async () => {
  const { backfills } = lake.coordinator;
  const { target, refusal } = await daily('past');
  const refused = refusal('hour=2019-01-01T00', 'partition');
  for (const wait of [true, false]) {
    await expect(backfills.start(target, { ...HOURS, wait })).rejects.toMatchObject(refused);
  }
  // Whoever starts the workflow without the client, too.
  const started = lake.client.workflow.execute('dataflowBackfill', {
    workflowId: `dlc-backfill:${lake.taskQueue}-unfed`,
    taskQueue: lake.taskQueue,
    args: [{ dataflow: target, ...HOURS, by: 'ops' }],
  });
  await expect(started).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT', message: refused.message } });
  expect(await backfills.list({ dataflow: target })).toEqual([]);
  const run = async (options: object) =>
    (await backfills.wait((await backfills.start(target, { ...HOURS, ...options })).backfillId)).progress;
  expect(await run({ dependencyCheck: 'ignore' })).toMatchObject({ counts: { success: 2 } });
  expect(await run({ rerun: 'all' })).toMatchObject({ counts: { success: 2 } });
});
