// Schedules in a declaration: Temporal keeps them, and one apply makes them what they are declared to be.

import { ScheduleClient } from '@temporalio/client';
import { ZoneDataFlowCoordinator } from '../../src';
import type { Declaration, DataflowDeclaration, InvalidArgumentError, Relation } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => lake.close());

const declare = (name: string, dataflow: DataflowDeclaration): Declaration => ({
  version: 1,
  dataflows: { [`${lake.zone('rz')}:${name}`]: dataflow },
});

async function actions(declaration: Declaration): Promise<string[]> {
  return (await lake.coordinator.apply(declaration)).plan.actions.map(({ action }) => action);
}

/** As Temporal lists them, which is a moment later than they are there. */
const listed = (dataflow: string, count: number) =>
  eventually(
    () => lake.coordinator.schedules.list({ dataflow }),
    (all) => all.length === count,
  );

test('schedules are created, changed and deleted with their dataflow; those that nothing is said of are left alone', async () => {
  const key = `${lake.zone('rz')}:whole`;
  const both = {
    schedule: { cron: '0 6 * * *', timeZone: 'Europe/Berlin' },
    schedules: { 'month end': { calendar: { dayOfMonth: 1, hour: 3 }, deadline: '6 hours' } },
  } as const;
  expect(await actions(declare('whole', both))).toEqual(['createDataflow', 'createSchedule', 'createSchedule']);
  expect(await listed(key, 2)).toMatchObject([
    { name: '', spec: { cron: ['0 6 * * *'], timeZone: 'Europe/Berlin' } },
    { name: 'month end', spec: { deadline: { after: '6 hours' } } },
  ]);
  expect(await actions(declare('whole', both))).toEqual([]);
  expect(await actions(declare('whole', {}))).toEqual([]);

  const exported = await lake.coordinator.export({ zone: lake.zone('rz') });
  expect(exported.dataflows[key]).toEqual({
    schedule: { cron: '0 6 * * *', timeZone: 'Europe/Berlin' },
    schedules: {
      'month end': { calendar: { dayOfMonth: 1, hour: 3 }, deadline: { after: '6 hours', action: 'expire' } },
    },
  });
  expect((await lake.coordinator.plan(exported)).actions).toEqual([]);

  const later = { ...both, schedule: { cron: '0 7 * * *', timeZone: 'Europe/Berlin' } };
  const { plan } = await lake.coordinator.apply(declare('whole', later));
  expect(plan.actions).toMatchObject([
    { action: 'changeSchedule', name: '', fields: [{ field: 'cron', from: '0 6 * * *', to: '0 7 * * *' }] },
  ]);
  expect(await actions(declare('whole', { schedules: {} }))).toEqual(['deleteSchedule', 'deleteSchedule']);
  await listed(key, 0);
});

test('one that never fires, or does not suit its dataflow, refuses the whole and changes nothing', async () => {
  const { coordinator } = lake;
  const key = `${lake.zone('rz')}:never`;
  const never = declare('never', { schedule: { cron: '0 0 30 2 *' } });
  for (const refused of [coordinator.plan(never), coordinator.apply(never)]) {
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: `dataflows.${key}.schedule.cron` },
    });
  }
  await expect(
    coordinator.apply(declare('never', { partitioned: true, schedule: { cron: '@daily' } })),
  ).rejects.toMatchObject({ details: { field: `dataflows.${key}.schedule.partition` } });
  const pausing = { cron: '@daily', partition: '{day}', pauseOnFailure: true } as const;
  await expect(coordinator.apply(declare('never', { partitioned: true, schedule: pausing }))).rejects.toMatchObject({
    details: { field: `dataflows.${key}.schedule.overlap` },
  });
  await expect(
    coordinator.apply(declare('never', { schedule: { cron: '@daily', overlaps: 'skip' } as never })),
  ).rejects.toMatchObject({ details: { field: `dataflows.${key}.schedule.overlaps` } });
  await expect(coordinator.getDataflow(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('one for partitions that a target cannot take refuses the whole; one that is there already stays as it is', async () => {
  const { coordinator } = lake;
  const [hours, days] = ['hours', 'days'].map((name) => `${lake.zone('rz')}:${name}`) as [string, string];
  const declared = (partition: string, mapping: object | null, cron = '0 0 1 1 *'): Declaration => ({
    version: 1,
    dataflows: {
      [hours]: { partitioned: true, schedule: { cron, partition } },
      [days]: { partitioned: true, sources: mapping ? { [hours]: mapping } : [] },
    },
  });
  const rollUp = { partition: 'hour→day' } as const;
  const field = `dataflows.${hours}.schedule.partition`;
  const refused = {
    code: 'INVALID_ARGUMENT',
    details: {
      field,
      problems: [
        { path: field.split('.'), message: expect.stringContaining(`${days} consumes this by partition (hour→day)`) },
      ],
    },
  };
  const wrong = declared('date={day}', rollUp);
  for (const call of [coordinator.plan(wrong), coordinator.apply(wrong)]) {
    await expect(call).rejects.toMatchObject(refused);
  }
  await expect(coordinator.getDataflow(hours)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await actions(declared('hour={hour}', rollUp))).toHaveLength(4);
  // A relation that is registered, and a target that the file says nothing of.
  const { [hours]: only } = declared('date={day}', null).dataflows;
  const alone: Declaration = { version: 1, dataflows: { [hours]: only! } };
  await expect(coordinator.apply(alone)).rejects.toMatchObject(refused);
  await expect(coordinator.apply(wrong)).rejects.toMatchObject(refused);
  // Another mapping for it, or none, is as good as another partition.
  expect(await actions(declared('date={day}', { partition: 'same' }))).toEqual(['changeRelation', 'changeSchedule']);
  await expect(coordinator.apply(wrong)).rejects.toMatchObject(refused);
  const target = await coordinator.createDataflow(lake.zone('sz'), 'days', '', '', { partitioned: true });
  await coordinator.associateSourceToTarget((await coordinator.getDataflow(hours)).id, target, rollUp);
  expect(await actions(declared('date={day}', null, '0 0 2 1 *'))).toEqual(['terminateRelation', 'changeSchedule']);
  await coordinator.schedules.delete(hours);
});

test('one for partitions that no source can feed refuses the whole, too, unless it waits for none', async () => {
  const { coordinator } = lake;
  const [hours, days] = ['unfed-hours', 'unfed-days'].map((name) => `${lake.zone('rz')}:${name}`) as [string, string];
  const declared = (partition: string, mapping: string, more: object = {}): Declaration => ({
    version: 1,
    dataflows: {
      [hours]: { partitioned: true },
      [days]: {
        partitioned: true,
        sources: { [hours]: { partition: mapping } },
        schedule: { cron: '0 0 1 1 *', partition, ...more },
      },
    },
  });
  const field = `dataflows.${days}.schedule.partition`;
  const refused = {
    code: 'INVALID_ARGUMENT',
    details: {
      problems: [{ path: field.split('.'), message: expect.stringContaining(`No source of ${days} can ever feed`) }],
    },
  };
  const wrong = declared('hour={hour}', 'hour→day as date');
  for (const call of [coordinator.plan(wrong), coordinator.apply(wrong)]) {
    await expect(call).rejects.toMatchObject(refused);
  }
  const ignore = { dependencyCheck: 'ignore' } as const;
  expect(await actions(declared('hour={hour}', 'hour→day as date', ignore))).toHaveLength(4);
  await expect(coordinator.apply(wrong)).rejects.toMatchObject(refused);
  expect(await actions(declared('date={day}', 'hour→day as date'))).toEqual(['changeSchedule']);
  await expect(coordinator.apply(declared('date={day}', 'hour→day as day'))).rejects.toMatchObject(refused);
  // A relation that has changed since is no reason to refuse another time.
  const [{ id, sourceDataflowId, targetDataflowId }] = (await coordinator.listRelations()).filter(
    ({ targetKey }) => targetKey === days,
  ) as [Relation];
  await coordinator.operations.terminateRelation(id);
  await coordinator.associateSourceToTarget(sourceDataflowId, targetDataflowId, { partition: 'hour→day as day' });
  const later = declared('date={day}', 'hour→day as day', { cron: '0 0 2 1 *' });
  expect(await actions(later)).toEqual(['changeSchedule']);
  await coordinator.schedules.delete(days);
});

test('whatever is wrong, in whatever part, is told at once', async () => {
  const { coordinator } = lake;
  const [one, two, three] = ['one', 'two', 'three'].map((name) => `${lake.zone('rz')}:at-once-${name}`) as [
    ...[string, string, string],
  ];
  const refused = coordinator.apply({
    version: 1,
    dataflows: {
      [one]: {
        ...{ partitioned: true, maxConcurrentRuns: 0, descripton: 'raw' },
        schedules: {
          never: { cron: '0 0 30 2 *', partition: '{day}' },
          hourly: { cron: '@daily', partition: '{dya}' },
        },
      },
      [two]: { partitioned: true, sources: { [one]: { partition: 'hour→day' }, 'yy:nope': null } },
      [three]: { trigger: { when: { any: [two, 'yy:none'] } }, sources: [two] },
    },
  });
  const { code, details } = (await refused.catch((error: unknown) => error)) as InvalidArgumentError;
  expect(code).toBe('INVALID_ARGUMENT');
  const problems = details['problems'] as { path: string[] }[];
  expect(problems.map(({ path }) => path.slice(1).join(' '))).toEqual([
    `${one} descripton`,
    `${one} maxConcurrentRuns`,
    `${one} schedules hourly partition`,
    `${three} trigger when any 1 source`,
    `${two} sources yy:nope`,
    `${one} schedules never partition`,
    `${one} schedules never cron`,
  ]);
  await expect(coordinator.getDataflow(one)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('they start what their dataflow has become, and go with it when it is retired', async () => {
  const { coordinator, client } = lake;
  const key = `${lake.zone('rz')}:becomes`;
  const schedule = { cron: '0 6 * * *' } as const;
  await coordinator.apply(declare('becomes', { schedule }));
  await listed(key, 1);
  const starts = async () => {
    const { action } = await client.schedule.getHandle(`dlc:${key}`).describe();
    return [action.workflowType, action.taskQueue];
  };
  expect(await starts()).toEqual(['dataflowRun', lake.taskQueue]);
  await coordinator.apply(declare('becomes', { workflowType: 'wrappedEtl', taskQueue: 'etl', schedule }));
  expect(await starts()).toEqual(['wrappedEtl', 'etl']);
  await coordinator.updateDataflow(key, { taskQueue: null });
  expect(await starts()).toEqual(['wrappedEtl', lake.taskQueue]);

  const { plan } = await coordinator.apply(declare('remains', {}), { prune: true });
  expect(plan.actions.map(({ action }) => action)).toContain('retireDataflow');
  await expect(client.schedule.getHandle(`dlc:${key}`).describe()).rejects.toThrow();
});

/** Temporal goes away for one call, once the dataflows are committed. */
const awayOnce = (call: '_updateSchedule' | '_deleteSchedule') =>
  jest
    .spyOn(ScheduleClient.prototype as unknown as Record<typeof call, () => Promise<void>>, call)
    .mockRejectedValueOnce(new Error('away'));

const typeAndQueue = async (key: string) => {
  const { action } = await lake.client.schedule.getHandle(`dlc:${key}`).describe();
  return [action.workflowType, action.taskQueue];
};

test('a schedule that an apply did not get to follows its dataflow with the next one, though the file says nothing of it', async () => {
  const { coordinator } = lake;
  const key = `${lake.zone('rz')}:follows`;
  await coordinator.apply(declare('follows', {}));
  const over = { cron: '0 6 * * *', endAt: new Date(Date.now() + 86_400_000) };
  const { spec } = await coordinator.schedules.create(key, over, { paused: true, reason: 'later' });
  const mine = declare('follows', { workflowType: 'mine', taskQueue: 'q2' });
  awayOnce('_updateSchedule');
  await expect(coordinator.apply(mine)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('Apply once more.') as string,
  });
  expect(await typeAndQueue(key)).toEqual(['dataflowRun', lake.taskQueue]);
  expect((await coordinator.apply(mine)).plan.actions).toEqual([
    {
      action: 'changeSchedule',
      dataflow: key,
      name: '',
      fields: [
        { field: 'workflowType', from: null, to: 'mine' },
        { field: 'taskQueue', from: null, to: 'q2' },
      ],
    },
  ]);
  expect(await typeAndQueue(key)).toEqual(['mine', 'q2']);
  expect(await coordinator.schedules.get(key)).toMatchObject({ spec, paused: true, note: 'later' });
  expect((await coordinator.plan(mine)).actions).toEqual([]);
  // Whose queue it is that a schedule without one of its own is on, is nobody's matter.
  const elsewhere = await ZoneDataFlowCoordinator.connect({
    mysql: lake.mysqlUrl,
    temporal: lake.client,
    taskQueue: 'elsewhere',
  });
  await coordinator.apply(declare('follows', {}));
  expect(await typeAndQueue(key)).toEqual(['dataflowRun', lake.taskQueue]);
  expect((await elsewhere.plan(declare('follows', {}))).actions).toEqual([]);
  await elsewhere.close();
});

test('an update that did not get to the schedules gets there when it is made again', async () => {
  const { coordinator } = lake;
  const key = `${lake.zone('rz')}:updated`;
  await coordinator.apply(declare('updated', { schedule: { cron: '0 6 * * *' } }));
  awayOnce('_updateSchedule');
  await expect(coordinator.updateDataflow(key, { taskQueue: 'q3' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await coordinator.updateDataflow(key, { taskQueue: 'q3' });
  expect(await typeAndQueue(key)).toEqual(['dataflowRun', 'q3']);
});

test('a schedule of a dataflow that was pruned, which an apply did not get to, goes with the next one', async () => {
  const alone = await makeLake({ worker: false });
  const { coordinator, client } = alone;
  const [kept, pruned] = ['kept', 'pruned'].map((name) => `${alone.zone('rz')}:${name}`) as [string, string];
  await coordinator.apply({ version: 1, dataflows: { [kept]: {}, [pruned]: { schedule: { cron: '@daily' } } } });
  await eventually(
    () => coordinator.schedules.list({ dataflow: pruned }),
    (all) => all.length === 1,
  );
  const prune = () => coordinator.apply({ version: 1, dataflows: { [kept]: {} } }, { prune: true });
  awayOnce('_deleteSchedule');
  await expect(prune()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await coordinator.getDataflow(pruned)).toMatchObject({ status: 'retired' });
  expect((await prune()).plan.actions).toEqual([{ action: 'deleteSchedule', dataflow: pruned, name: '' }]);
  await expect(client.schedule.getHandle(`dlc:${pruned}`).describe()).rejects.toThrow();
  expect((await prune()).plan.actions).toEqual([]);
  await alone.close();
});

test('what is pruned loses its schedules even if whoever pruned it is gone', async () => {
  const { coordinator, client } = lake;
  const gone = `${lake.zone('gone')}:pruned`;
  const rest = { version: 1, dataflows: { [`${lake.zone('gone')}:rest`]: {} } } as const;
  await coordinator.apply({ version: 1, dataflows: { ...rest.dataflows, [gone]: { schedule: { cron: '@daily' } } } });
  // Of this client alone; the worker has one of its own.
  const { getHandle } = client.schedule;
  jest.spyOn(client.schedule, 'getHandle').mockImplementation((id) => ({
    ...getHandle.call(client.schedule, id),
    delete: () => Promise.reject(new Error('gone')),
  }));
  await expect(coordinator.apply(rest, { prune: true })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await eventually(
    () => coordinator.schedules.get(gone).catch((error: unknown) => (error as { code: string }).code),
    (found) => found === 'NOT_FOUND',
  );
});
