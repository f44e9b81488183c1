// A data engineer's day in a shell: register, relate, start, finish, see what is ready, consume it.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { dlc, json, settingsOf } from './dlc';
import type { Settings } from './dlc';

let lake: Lake;
let settings: Settings;
beforeAll(async () => {
  lake = await makeLake();
  settings = settingsOf(lake);
});
afterAll(() => lake.close());

interface Run {
  readonly runId: string;
  readonly state: string;
}

test('the main flow works from a shell, one JSON document a command', async () => {
  const [rz, sz] = [lake.zone('rz'), lake.zone('sz')];
  const source = await json<{ id: string }>(
    settings,
    'dataflow',
    'create',
    rz,
    'orders',
    'acme',
    '--description',
    'raw',
  );
  expect(source).toMatchObject({ key: `${rz}:orders:acme`, zone: rz, modelKey: 'acme', description: 'raw' });
  expect(source.id).toMatch(/^\d+$/);
  const options = [
    '--trigger',
    'manual',
    '--when',
    'any',
    '--config',
    '{"owner":"billing"}',
    '--job',
    '{"type":"external"}',
  ];
  const target = await json<{ id: string }>(settings, 'dataflow', 'create', `${sz}:orders`, ...options);
  expect(target).toMatchObject({
    key: `${sz}:orders`,
    trigger: { mode: 'manual', when: 'any' },
    config: { owner: 'billing' },
  });

  const relation = await json(
    settings,
    'relation',
    'create',
    `${rz}:orders:acme`,
    target.id,
    '--zone-order',
    `${rz},${sz}`,
  );
  expect(relation).toMatchObject({ sourceDataflowId: source.id, targetKey: `${sz}:orders`, partition: 'all' });
  expect(await json(settings, 'relation', 'list')).toEqual([relation]);

  const start = ['run', 'start', `${rz}:orders:acme`, '--request-id', 'once', '--breadcrumb', '{"from":["ftp"]}'];
  const started = await json<Run>(settings, ...start, '--external-job-run-key', 'job-7');
  expect(started).toMatchObject({ state: 'started', dataflowId: source.id, dataflowQueueList: [] });
  expect(await json(settings, ...start)).toMatchObject({ runId: started.runId });

  const finish = [
    'run',
    'finish',
    started.runId,
    '--status',
    'success',
    '--record-count',
    '103',
    '--batch-run-id',
    'b-1',
  ];
  const partition = ['--partition', 'import_date=2019-01-01'];
  const ended = await json(settings, ...finish, ...partition, '--message', 'fine', '--metadata', '{"files":3}');
  expect(ended).toEqual({ runId: started.runId, state: 'success' });

  const ready = await json<unknown[]>(settings, 'ready', `${sz}:orders`);
  expect(ready).toMatchObject([
    {
      sourceRunId: started.runId,
      recordCount: 103,
      dataflowBatchRunId: 'b-1',
      dataflowPartitionKey: 'import_date=2019-01-01',
    },
  ]);
  expect((await dlc(settings, 'run', 'why', target.id)).stdout).toMatch(
    /\n\nSOURCE +ENOUGH +READY +NEEDED +PARTITIONS\n.*acme +yes +1 +1 +import_date=2019-01-01\n$/,
  );
  const consuming = await json<Run>(settings, 'run', 'start', target.id);
  expect(consuming).toMatchObject({ state: 'started', sourceCount: 1, dataflowQueueList: ready });
  expect(await json(settings, 'ready', target.id)).toEqual([]);

  expect(await json(settings, 'run', 'cancel', consuming.runId)).toMatchObject({ state: 'cancelled' });
  expect(await json(settings, 'run', 'get', consuming.runId)).toMatchObject({
    state: 'cancelled',
    dataflowQueueList: ready,
  });
  expect(await json(settings, 'run', 'get', started.runId)).toMatchObject({
    state: 'success',
    recordCount: 103,
    batchRunId: 'b-1',
    message: 'fine',
    metadata: { files: 3 },
    breadcrumb: { from: ['ftp'] },
    externalJobRunKey: 'job-7',
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(await json(settings, 'run', 'why', started.runId)).toMatchObject({ state: 'success', sourceCount: 0 });
  expect(await json(settings, 'run', 'why', `${sz}:orders`)).toMatchObject({
    state: 'idle',
    explanation: { check: 'any', have: 0, need: 1 },
    sources: [{ source: `${rz}:orders:acme`, newest: { claimedBy: { runId: consuming.runId, state: 'cancelled' } } }],
  });
  const { stdout } = await dlc(settings, 'run', 'why', target.id);
  expect(stdout).toMatch(
    /has no open run: somebody starts it.*\n\nSOURCE +ENOUGH +READY +NEEDED\n.*acme +no +0 +1\n$/s,
  );
  expect((await dlc(settings, 'run', 'why', consuming.runId)).stdout).toMatch(
    /because somebody asked for it and its rule was met .*\n\nSOURCE +ENOUGH +CONSUMED +NEEDED +PARTITIONS\n.*acme +yes +1 +1 +import_date=2019-01-01\n$/,
  );
  const runs = await json<Run[]>(settings, 'run', 'list');
  expect(runs.map((run) => run.runId)).toEqual([consuming.runId, started.runId]);
  expect(await json(settings, 'run', 'list', '--dataflow', target.id, '--state', 'success')).toEqual([]);
  expect(await json(settings, 'run', 'list', '--partition', 'import_date=2019-01-01', '--limit', '1')).toEqual([
    runs[1],
  ]);
  expect(await json(settings, 'dataflow', 'list', '--zone', sz)).toEqual([target]);
  expect(await json(settings, 'dataflow', 'get', source.id)).toEqual(source);

  const heedless = await json<Run>(settings, 'run', 'start', target.id, '--dependency-check', 'ignore');
  expect((await dlc(settings, 'run', 'why', heedless.runId)).stdout).toMatch(
    /SOURCE +ENOUGH +CONSUMED +NEEDED\n.*acme +yes +0 +0\n$/,
  );
});

test('a start that may wait returns once its sources are there', async () => {
  const [rz, sz] = [lake.zone('rz'), lake.zone('sz')];
  await json(settings, 'dataflow', 'create', rz, 'rates');
  await json(settings, 'dataflow', 'create', sz, 'rates');
  await json(settings, 'relation', 'create', `${rz}:rates`, `${sz}:rates`);
  const waiting = await json<Run>(settings, 'run', 'start', `${sz}:rates`, '--wait');
  expect(waiting.state).toBe('waiting');
  const following = json<Run>(
    settings,
    'run',
    'start',
    `${sz}:rates`,
    '--until-started',
    '--request-id',
    'later',
  ).catch((error: unknown) => error);
  expect(String(await following)).toContain('ALREADY_ACTIVE');
  await json(settings, 'run', 'cancel', waiting.runId);

  const source = await json<Run>(settings, 'run', 'start', `${rz}:rates`);
  const until = json<Run>(settings, 'run', 'start', `${sz}:rates`, '--until-started');
  await json(settings, 'run', 'finish', source.runId, '--status', 'success');
  expect(await until).toMatchObject({
    state: 'started',
    sourceCount: 1,
    dataflowQueueList: [{ sourceRunId: source.runId }],
  });
});

test('people get aligned tables, times in UTC, and no control character of anybody', async () => {
  const zone = lake.zone('hz');
  const created = await dlc(
    settings,
    'dataflow',
    'create',
    zone,
    'people',
    '--partitioned',
    '--display-name',
    'People',
  );
  expect(created.stdout).toContain(`key          ${zone}:people\n`);
  expect(created.stdout).toContain('name         People\n');
  const started = await dlc(settings, 'run', 'start', `${zone}:people`, '--partition', 'day=1');
  const runId = /Run (\S+) of/.exec(started.stdout)?.[1] ?? '';
  expect(started).toMatchObject({ status: 0, stdout: `Run ${runId} of ${zone}:people (day=1) is started.\n` });
  expect(started.stderr).toContain(`dlc run finish ${runId} --status success`);
  await dlc(settings, 'run', 'finish', runId, '--status', 'error', '--message', 'red \u001b[31malert\nsecond line');
  const { stdout } = await dlc(settings, 'run', 'get', runId);
  expect(stdout).toMatch(/^message +red \\u001b\[31malert\\nsecond line$/m);
  expect(stdout).toMatch(/^ended +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m);
  const list = await dlc(settings, 'run', 'list', '--dataflow', `${zone}:people`);
  const [head = '', row = ''] = list.stdout.split('\n');
  expect(row.indexOf('error')).toBe(head.indexOf('STATE'));
  expect(row.indexOf('day=1')).toBe(head.indexOf('PARTITION'));
});

test('a start says what it waits for, and who ends it', async () => {
  const [rz, sz] = [lake.zone('rz'), lake.zone('sz')];
  const started = async (...args: string[]) => dlc(settings, 'run', 'start', ...args);
  const cancel = async ({ stdout }: { stdout: string }) =>
    json(settings, 'run', 'cancel', /^Run (\S+) of/.exec(stdout)?.[1] ?? '');
  await json(
    settings,
    'dataflow',
    'create',
    rz,
    'work',
    '--job',
    '{"type":"activity","name":"cleanFlights","taskQueue":"spark"}',
  );
  await json(settings, 'dataflow', 'create', sz, 'work', '--workflow-type', 'nightly', '--task-queue', 'nights');
  await json(settings, 'relation', 'create', `${rz}:work`, `${sz}:work`);

  const activity = await started(`${rz}:work`);
  expect(activity.stderr).toMatch(
    new RegExp(`^\\nIts activity cleanFlights \\(task queue spark\\) does the work, and ends it\\. See .*why`),
  );
  expect(activity.stderr).not.toContain('finish');
  await cancel(activity);

  await json(settings, 'dataflow', 'update', `${sz}:work`, '--workflow-type', '', '--task-queue', '');
  const lacking = await started(`${sz}:work`, '--wait');
  expect(lacking.stdout).toMatch(/^Run \S+ of \S+ is waiting for \S+:work\.\n$/);
  await cancel(lacking);
  await json(settings, 'zone', 'pause', sz, '--by', 'ann', '--reason', 'migration');
  const paused = await started(`${sz}:work`, '--wait');
  expect(paused.stdout).toMatch(/^Run \S+ of \S+ is paused: zone \S+ is paused since .* UTC by ann \(migration\)\.\n$/);
  expect((await dlc(settings, 'run', 'list', '--open')).stdout).toMatch(/ waiting +pause +- /);
  await cancel(paused);
  expect(await json(settings, 'run', 'list', '--open', '--dataflow', `${sz}:work`)).toEqual([]);
  await json(settings, 'zone', 'resume', sz);
  const { stdout } = await dlc(settings, 'doctor');
  expect(stdout).toContain(`No worker polls task queue spark for activities: nothing of ${rz}:work goes on there.\n`);
});
