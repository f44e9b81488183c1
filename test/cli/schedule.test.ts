// Schedules and backfills from a shell.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { dlc, failure, json, parse, settingsOf } from './dlc';
import type { Settings } from './dlc';

let lake: Lake;
let settings: Settings;
beforeAll(async () => {
  const brokenJob = async () => {
    throw new Error('no such bucket');
  };
  lake = await makeLake({ activities: { echoJob: async () => ({ recordCount: 1 }), brokenJob } });
  settings = settingsOf(lake);
});
afterAll(() => lake.close());

test('a schedule is created, shown, changed, fired and deleted', async () => {
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'daily', '', '', { partitioned: true });
  const key = `${lake.zone('rz')}:daily`;
  const named = [key, '--name', 'early'];
  const spec = [
    '--cron',
    '0 6 * * *',
    '--time-zone',
    'Europe/Berlin',
    '--deadline',
    '6 hours',
    '--deadline-action',
    'start',
  ];
  const wrong = await dlc(settings, 'schedule', 'create', ...named, ...spec, '--json');
  expect([wrong.status, parse(wrong)]).toEqual([
    2,
    { error: expect.objectContaining({ hint: 'With dlc: --partition.' }) as object },
  ]);
  const never = ['--cron', '0 0 30 2 *', '--partition', 'date={day-1}'];
  expect(await failure(settings, 'schedule', 'create', ...named, ...never)).toEqual({
    status: 2,
    code: 'INVALID_ARGUMENT',
  });
  const pausing = ['--cron', '@daily', '--partition', 'date={day-1}', '--pause-on-failure'];
  const pauses = await dlc(settings, 'schedule', 'create', ...named, ...pausing, '--json');
  expect([pauses.status, parse(pauses)]).toEqual([
    2,
    { error: expect.objectContaining({ hint: 'With dlc: --overlap.' }) },
  ]);
  const written = {
    cron: ['0 6 * * *'],
    timeZone: 'Europe/Berlin',
    partition: 'date={day-1}',
    deadline: { after: '6 hours', action: 'start' },
  };
  const created = ['schedule', 'create', ...named, ...spec, '--partition', 'date={day-1}', '--reason', 'the early one'];
  expect(await json(settings, ...created)).toMatchObject({ dataflow: key, name: 'early', spec: written });
  const twice = await dlc(settings, ...created);
  expect(twice.status).toBe(5);
  expect(twice.stderr).toContain('With dlc: --if-exists replace, or --name.');
  expect(
    await json(
      settings,
      'schedule',
      'update',
      ...named,
      '--deadline',
      '',
      '--jitter',
      '5 min',
      '--overlap',
      'bufferAll',
      '--pause-on-failure',
    ),
  ).toMatchObject({
    spec: { cron: written.cron, timeZone: written.timeZone, partition: written.partition, jitter: '5 min' },
  });
  const { stdout } = await dlc(settings, 'schedule', 'pause', ...named, '--by', 'ops');
  expect(stdout).toMatch(/^when +0 6 \* \* \*$/m);
  expect(stdout).toMatch(/^overlap +bufferAll\npause on failure +yes$/m);
  expect(stdout).toMatch(/^state +paused\nnote +paused by ops$/m);
  expect(stdout).toMatch(/^NEXT TIMES\n\d{4}-\d\d-\d\d 0[45]:\d\d:\d\d UTC$/m);
  const fired = await json<{ started: { workflowId: string } }>(settings, 'schedule', 'trigger', ...named);
  expect(fired.started.workflowId).toContain(`dlc-schedule:${key}@early-`);
  expect(await json(settings, 'schedule', 'list', id)).toMatchObject([{ name: 'early', paused: true }]);
  expect(await json(settings, 'schedule', 'delete', ...named)).toMatchObject({ deleted: true });
  expect(await failure(settings, 'schedule', 'get', ...named)).toEqual({ status: 3, code: 'NOT_FOUND' });
});

test('a backfill is started, awaited, shown and listed', async () => {
  const key = `${lake.zone('rz')}:past`;
  const job = { type: 'activity', name: 'echoJob' } as const;
  await lake.coordinator.createDataflow(lake.zone('rz'), 'past', '', '', { partitioned: true, job });
  const start = ['backfill', 'start', key, '--from', '2019-01-30', '--to', '2019-02-02', '--limit', '2'];
  expect(await failure(settings, ...start, '--partition', 'date={dya}')).toEqual({
    status: 2,
    code: 'INVALID_ARGUMENT',
  });
  const more = ['--downstream', 'quiet', '--by', 'ops', '--reason', 'a new column', '--until-ended'];
  const ended = await json<{ backfillId: string }>(settings, ...start, ...more);
  expect(ended).toMatchObject({
    dataflow: key,
    state: 'ended',
    by: 'ops',
    request: { limit: 2, downstream: 'quiet', rerun: 'missing' },
    progress: { partitions: 4, counts: { success: 4 } },
  });
  const { stdout } = await dlc(settings, 'backfill', 'get', ended.backfillId);
  expect(stdout).toMatch(/^range +2019-01-30 … 2019-02-02$/m);
  expect(stdout).toMatch(/^partitions +4 of 4\noutcomes +success 4$/m);
  expect(await json(settings, 'backfill', 'list', key)).toEqual([ended]);
  expect(await json(settings, 'backfill', 'cancel', ended.backfillId)).toEqual(ended);
  expect(await failure(settings, 'backfill', 'get', 'nix')).toEqual({ status: 3, code: 'NOT_FOUND' });
});

test('a backfill that was waited for says by its status whether all of it is there', async () => {
  const create = (name: string, job: object) =>
    lake.coordinator.createDataflow(lake.zone('rz'), name, '', '', { partitioned: true, ...job });
  const [broken, external] = [
    await create('broken', { job: { type: 'activity', name: 'brokenJob', retry: { maximumAttempts: 1 } } }),
    await create('external', {}),
  ];
  const start = ['backfill', 'start', '--from', '2019-01-30', '--to', '2019-01-30', '--until-ended', '--json'];
  const { status, stdout } = await dlc(settings, ...start, broken);
  expect([status, JSON.parse(stdout)]).toMatchObject([15, { state: 'ended', progress: { counts: { error: 1 } } }]);
  expect(await failure(settings, ...start, external, '--timeout', '1')).toEqual({ status: 14, code: 'UNAVAILABLE' });
});
