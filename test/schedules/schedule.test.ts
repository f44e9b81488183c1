// Schedules on a real Temporal server: a time opens a run, which then waits for its data.

import type { DataflowOptionsInput, Schedule, ScheduleInput } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ activities: { echoJob: async () => ({ recordCount: 3 }) } });
});
afterAll(async () => {
  for (const { dataflow, name } of await ours()) await lake.coordinator.schedules.delete(dataflow, { name });
  await lake.close();
});

const NEVER_SOON = { cron: '0 0 1 1 *' } as const;

const ours = async () =>
  (await lake.coordinator.schedules.list()).filter(({ dataflow }) => dataflow.startsWith(lake.zone('')));

const create = (name: string, options: DataflowOptionsInput = {}) =>
  lake.coordinator.createDataflow(lake.zone(''), name, '', '', options);

/** The dataflow's run that is in this state. */
async function runIn(dataflow: string, state: 'waiting' | 'started' | 'success') {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow, state }),
    (runs) => runs.length === 1,
  );
  return run!;
}

const resultOf = (workflowId: string): Promise<unknown> => lake.client.workflow.getHandle(workflowId).result();

/** As its time would come: the workflow that it starts. It may be the last thing that the schedule does. */
async function fire({ scheduleId, dataflow }: Schedule): Promise<string> {
  await lake.client.schedule.getHandle(scheduleId).trigger();
  const query = `WorkflowId STARTS_WITH 'dlc-schedule:${dataflow}'`;
  return eventually(async () => {
    for await (const { workflowId } of lake.client.workflow.list({ query })) return workflowId;
    return '';
  });
}

/** The IDs of all schedules and of all that checked one. */
async function allIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of lake.client.schedule.list()) ids.push(scheduleId);
  return ids.sort();
}

test('time and data: what fires opens a run that waits for its source, and starts when it comes', async () => {
  const { coordinator } = lake;
  const source = await create('orders', { partitioned: true });
  const target = await create('report', { partitioned: true });
  await coordinator.associateSourceToTarget(source, target);
  const created = await coordinator.schedules.create(
    target,
    {
      interval: { every: '1 s' },
      endAt: new Date(Date.now() + 3_000),
      timeZone: 'Europe/Berlin',
      partition: 'x={year-1}',
    },
    { by: 'ops', reason: 'the yearly report' },
  );
  expect(created).toMatchObject({
    scheduleId: `dlc:${lake.zone('')}:report`,
    name: '',
    createdBy: 'ops',
    note: 'the yearly report',
    paused: false,
    spec: { interval: [{ every: '1 s' }], partition: 'x={year-1}' },
  });
  const waiting = await runIn(target, 'waiting');
  const year = String(new Date().getUTCFullYear() - 1);
  expect(waiting).toMatchObject({ slot: `x=${year}`, waitingFor: 'sources', triggered: false });
  expect(waiting.workflowId).toMatch(new RegExp(`^dlc-schedule:${lake.zone('')}:report-\\d{4}-`));
  const events = await lake.db.select<{ detail: string }>('SELECT detail FROM run_event WHERE run_id = ?', [
    waiting.runId,
  ]);
  expect(events.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([{ by: 'schedule' }]);

  const { runId } = await coordinator.startDataflowRunWithId(source, { partitionKey: `x=${year}` });
  await coordinator.finishDataflowRun('success', runId);
  const started = await runIn(target, 'started');
  expect(started.runId).toBe(waiting.runId);
  // The times that came while the slot was taken are told, not failed.
  const { recent } = await eventually(
    () => coordinator.schedules.get(target),
    (schedule) => schedule.recent.length >= 2,
  );
  const later = recent.find(({ workflowId }) => workflowId !== waiting.workflowId)!;
  expect(await resultOf(later.workflowId)).toMatchObject({
    runId: started.runId,
    recordCount: null,
    skipped: { code: 'ALREADY_ACTIVE', reason: expect.stringContaining(started.runId) as string },
  });
  await coordinator.finishDataflowRun('success', started.runId);
  expect(await coordinator.getDataflowRun(started.runId)).toMatchObject({
    state: 'success',
    partitionKey: `x=${year}`,
  });
});

test('a triggered schedule runs a wrapped workflow of the dataflow for the partition of now', async () => {
  const id = await create('wrapped', { partitioned: true, workflowType: 'wrappedEtl' });
  await lake.coordinator.schedules.create(id, { ...NEVER_SOON, partition: 'month={month}' }, { name: 'by month' });
  const started = await lake.coordinator.schedules.trigger(id, { name: 'by month' });
  const month = new Date().toISOString().slice(0, 7);
  expect(started?.workflowId).toContain(`dlc-schedule:${lake.zone('')}:wrapped@by%20month-`);
  expect(await resultOf(started!.workflowId)).toMatchObject({ partitionKey: `month=${month}`, recordCount: 0 });
});

test('a schedule is paused, resumed, changed and deleted, and each time tells how it is', async () => {
  const { schedules } = lake.coordinator;
  const id = await create('managed');
  await schedules.create(id, { ...NEVER_SOON, deadline: '6 hours' }, { name: 'n', paused: true });
  const key = `${lake.zone('')}:managed`;
  await expect(schedules.create(id, NEVER_SOON, { name: 'n' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await schedules.resume(key, { name: 'n', by: 'ops', reason: 'all is well' })).toMatchObject({
    paused: false,
    note: 'resumed by ops: all is well',
  });
  expect(await schedules.pause(key, { name: 'n', by: 'ops' })).toMatchObject({ paused: true, note: 'paused by ops' });
  const half = { interval: { every: '2 hours' }, deadline: { after: '1 hour' } } as const;
  const whole = {
    interval: { every: '1 hour', offset: '10 min' },
    deadline: { after: '6 hours', action: 'start' },
  } as const;
  await schedules.update(id, whole, { name: 'n' });
  expect((await schedules.update(id, half, { name: 'n' })).spec).toMatchObject({
    interval: [{ every: '2 hours', offset: '10 min' }],
    deadline: { after: '1 hour', action: 'start' },
  });
  const gone = { interval: null, deadline: null };
  const updated = await schedules.update(id, { cron: '0 0 2 1 *', ...gone }, { name: 'n' });
  expect(updated).toMatchObject({ paused: true, note: 'paused by ops' });
  expect(updated.spec).toEqual({ cron: ['0 0 2 1 *'], timeZone: 'UTC' });
  expect(updated.nextTimes[0]).toMatch(/^\d{4}-01-02T00:00:00/);
  expect(
    await schedules.create(id, { interval: { every: '1 day' } }, { name: 'n', ifExists: 'replace' }),
  ).toMatchObject({
    paused: true,
    spec: { interval: [{ every: '1 day' }], timeZone: 'UTC' },
  });
  const listed = await eventually(
    () => schedules.list({ dataflow: id }),
    (all) => all.length === 1,
  );
  expect(listed).toEqual([await schedules.get(id, { name: 'n' })]);
  await schedules.delete(id, { name: 'n' });
  for (const call of ['get', 'pause', 'resume', 'trigger', 'delete'] as const) {
    await expect(schedules[call](id, { name: 'n' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { name: 'n' },
    });
  }
});

test('who does something to it, and why, is refused where no operation would take it', async () => {
  const { schedules } = lake.coordinator;
  const id = await create('noted');
  for (const [field, who] of [
    ['by', { by: '' }],
    ['by', { by: 'x'.repeat(256) }],
    ['reason', { reason: 'x'.repeat(4097) }],
  ] as const) {
    const refused = { code: 'INVALID_ARGUMENT', details: { field } };
    await expect(schedules.create(id, NEVER_SOON, who)).rejects.toMatchObject(refused);
    await expect(schedules.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const created = await schedules.create(id, NEVER_SOON, { paused: true });
    await expect(schedules.pause(id, who)).rejects.toMatchObject(refused);
    await expect(schedules.resume(id, who)).rejects.toMatchObject(refused);
    expect(await schedules.get(id)).toEqual(created);
    await schedules.delete(id);
  }
});

test('changes at the same time are all made, and a pause among them is kept', async () => {
  const { schedules } = lake.coordinator;
  const id = await create('at-once');
  await schedules.create(id, NEVER_SOON);
  const changes: ScheduleInput[] = [
    { jitter: '5 min' },
    { catchUpWindow: '1 hour' },
    { priority: 7 },
    { startBy: '1 hour' },
    { cron: '0 0 2 1 *' },
  ];
  await Promise.all([schedules.pause(id, { by: 'ops' }), ...changes.map((change) => schedules.update(id, change))]);
  const all = { ...Object.assign({}, ...changes), cron: ['0 0 2 1 *'], timeZone: 'UTC' } as object;
  expect(await schedules.get(id)).toMatchObject({ spec: all, paused: true, note: 'paused by ops' });
  expect((await schedules.get(id)).nextTimes[0]).toMatch(/^\d{4}-01-02T00:0/);
});

test('what never fires is refused by its field, and nothing is left of it', async () => {
  const { schedules } = lake.coordinator;
  const id = await create('never');
  const partitioned = await create('never-partitioned', { partitioned: true });
  const kept = await schedules.create(id, NEVER_SOON, { name: 'kept' });
  const before = await eventually(allIds, (ids) => ids.includes(kept.scheduleId));
  const wrong: [ScheduleInput, string][] = [
    [{ cron: '0 0 30 2 *' }, 'cron'],
    [{ cron: 'every morning' }, 'cron'],
    [{ cron: ['0 6 * * *', '0 0 31 11 *'] }, 'cron.1'],
    [{ cron: '0 99 * * *' }, 'cron'],
    [{ calendar: { dayOfMonth: 31, month: 'JUNE' } }, 'calendar'],
    [{ calendar: [{ hour: 1 }, { year: 2020 }] }, 'calendar.1'],
    [{ cron: '0 6 * * *', skip: { hour: 6 } }, 'skip'],
    [{ cron: '0 6 * * *', endAt: '2020-01-01T00:00:00Z' }, 'endAt'],
    [{ cron: '0 6 * * *', timeZone: 'europe/berlin' }, 'timeZone'],
  ];
  for (const [schedule, field] of wrong) {
    const refused = { code: 'INVALID_ARGUMENT', details: { field } };
    await expect(schedules.create(id, schedule)).rejects.toMatchObject(refused);
    await expect(schedules.update(id, { cron: null, ...schedule }, { name: 'kept' })).rejects.toMatchObject(refused);
  }
  await expect(schedules.create(partitioned, NEVER_SOON)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partition' },
  });
  const pausing = { ...NEVER_SOON, partition: '{day}', pauseOnFailure: true } as const;
  await expect(schedules.create(partitioned, pausing)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'overlap' },
  });
  await expect(schedules.create(id, NEVER_SOON, { name: ' ' })).rejects.toMatchObject({ details: { field: 'name' } });
  await expect(schedules.create('no:such', NEVER_SOON)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await schedules.get(id, { name: 'kept' })).toEqual(kept);
  await eventually(allIds, (ids) => ids.join() === before.join());
});

test('its rule names sources only, or what was one when it was written', async () => {
  const { coordinator } = lake;
  const { schedules } = coordinator;
  const [source, target] = [await create('ruling'), await create('ruled')];
  const key = `${lake.zone('')}:ruling`;
  const relation = await coordinator.associateSourceToTarget(source, target);
  const refused = { code: 'INVALID_ARGUMENT', details: { field: 'dependencyCheck', source: 'rz:nope' } };
  const strange = { dependencyCheck: { any: [key, 'rz:nope'] } } as const;
  await expect(schedules.create(target, { ...NEVER_SOON, ...strange })).rejects.toMatchObject(refused);
  await expect(schedules.get(target)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await coordinator.operations.suspendRelation(relation);
  const { spec } = await schedules.create(target, { ...NEVER_SOON, dependencyCheck: { all: [key] } });
  await expect(schedules.update(target, strange)).rejects.toMatchObject(refused);
  expect((await schedules.get(target)).spec).toEqual(spec);

  await coordinator.operations.terminateRelation(relation);
  expect((await schedules.update(target, { jitter: '5 min' })).spec).toEqual({ ...spec, jitter: '5 min' });
  await expect(schedules.update(target, { dependencyCheck: { any: [key] } })).rejects.toMatchObject({
    details: { field: 'dependencyCheck', source: key },
  });
});

test('a disabled dataflow skips its times; a retired one loses its schedules, and gets none', async () => {
  const { schedules, operations } = lake.coordinator;
  const id = await create('off');
  await operations.disableDataflow(id);
  const usual = await schedules.create(id, NEVER_SOON);
  await schedules.create(id, NEVER_SOON, { name: 'second' });
  expect(await resultOf(await fire(usual))).toMatchObject({ skipped: { code: 'DATAFLOW_DISABLED' } });
  expect(await lake.coordinator.listDataflowRuns({ dataflow: id })).toEqual([]);
  await eventually(
    () => schedules.list({ dataflow: id }),
    (all) => all.length === 2,
  );

  await operations.retireDataflow(id);
  for (const name of ['', 'second']) {
    await expect(schedules.get(id, { name })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  for (const call of [
    schedules.create(id, NEVER_SOON),
    operations.retireDataflow(id).then(() => schedules.create(id, NEVER_SOON)),
  ]) {
    await expect(call).rejects.toMatchObject({
      code: 'DATAFLOW_DISABLED',
      details: { field: 'dataflow', status: 'retired' },
    });
  }
});

test('a schedule of a dataflow that is off is not triggered: a person hears that nothing would run', async () => {
  const { schedules, operations } = lake.coordinator;
  const id = await create('off-now');
  await schedules.create(id, NEVER_SOON);
  await operations.disableDataflow(id);
  await expect(schedules.trigger(id)).rejects.toMatchObject({
    code: 'DATAFLOW_DISABLED',
    details: { dataflow: `${lake.zone('')}:off-now`, status: 'disabled' },
  });
  await expect(schedules.trigger(id, { name: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await schedules.get(id)).toMatchObject({ recent: [], counts: { started: 0 } });
  await operations.enableDataflow(id);
  expect(await schedules.trigger(id)).not.toBeNull();
});

test('a schedule that a retirement has missed deletes itself when it fires', async () => {
  const { schedules } = lake.coordinator;
  const id = await create('missed');
  const late = await schedules.create(id, NEVER_SOON, { name: 'late' });
  await lake.db.write(`UPDATE dataflow SET status = 'retired' WHERE id = ?`, [id]);
  expect(await resultOf(await fire(late))).toMatchObject({ skipped: { code: 'DATAFLOW_DISABLED' } });
  await expect(schedules.get(id, { name: 'late' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
