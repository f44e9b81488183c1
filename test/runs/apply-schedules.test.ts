// Schedules in a declaration: Temporal keeps them, and one apply makes them what they are declared to be.

import type { Declaration, DataflowDeclaration } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
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
