// Scripts decide by exit statuses: one a code, with the error as the one JSON document.

import { Database } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { dlc, failure, json, parse, settingsOf } from './dlc';
import type { Settings } from './dlc';

let lake: Lake;
let settings: Settings;
let rz: string;
let sz: string;
beforeAll(async () => {
  lake = await makeLake();
  settings = settingsOf(lake);
  [rz, sz] = [lake.zone('rz'), lake.zone('sz')];
  const [source, target] = [
    await lake.coordinator.createDataflow(rz, 'm'),
    await lake.coordinator.createDataflow(sz, 'm'),
  ];
  await lake.coordinator.associateSourceToTarget(source, target);
});
afterAll(() => lake.close());

function databaseUrl(name: string, login?: { user: string; password: string }): string {
  const url = new URL(lake.mysqlUrl);
  url.pathname = `/${name}`;
  if (login) [url.username, url.password] = [login.user, login.password];
  return url.href;
}

test('what does not exist, or exists already, has a status of its own', async () => {
  expect(await failure(settings, 'dataflow', 'get', 'no:such')).toEqual({ status: 3, code: 'NOT_FOUND' });
  expect(await failure(settings, 'run', 'start', '987654321')).toEqual({ status: 3, code: 'NOT_FOUND' });
  expect(await failure(settings, 'run', 'get', 'no-such-run')).toEqual({ status: 4, code: 'RUN_NOT_FOUND' });
  expect(await failure(settings, 'dataflow', 'create', rz, 'm')).toEqual({ status: 5, code: 'ALREADY_EXISTS' });
  expect(await json(settings, 'dataflow', 'create', rz, 'm', '--if-exists', 'get')).toMatchObject({ key: `${rz}:m` });
  expect(await failure(settings, 'relation', 'create', `${rz}:m`, `${sz}:m`)).toEqual({
    status: 5,
    code: 'ALREADY_EXISTS',
  });
  expect(await failure(settings, 'relation', 'create', `${sz}:m`, `${rz}:m`)).toEqual({ status: 11, code: 'CYCLE' });
});

test('a run that is in the wrong state has a status for each way of being wrong', async () => {
  expect(await failure(settings, 'run', 'start', `${sz}:m`)).toEqual({ status: 9, code: 'DEPENDENCY_NOT_READY' });
  const waiting = await json<{ runId: string }>(settings, 'run', 'start', `${sz}:m`, '--wait');
  const finish = ['run', 'finish', waiting.runId, '--status', 'success'];
  expect(await failure(settings, ...finish)).toEqual({ status: 8, code: 'RUN_NOT_STARTED' });
  expect(await failure(settings, 'run', 'start', `${sz}:m`)).toEqual({ status: 6, code: 'ALREADY_ACTIVE' });
  await json(settings, 'run', 'cancel', waiting.runId);
  expect(await failure(settings, ...finish)).toEqual({ status: 7, code: 'RUN_ALREADY_FINISHED' });
  expect(await failure(settings, 'run', 'cancel', waiting.runId)).toEqual({ status: 7, code: 'RUN_ALREADY_FINISHED' });
  await lake.db.write(`UPDATE dataflow SET status = 'disabled' WHERE dataflow_key = ?`, [`${sz}:m`]);
  expect(await failure(settings, 'run', 'start', `${sz}:m`)).toEqual({ status: 10, code: 'DATAFLOW_DISABLED' });
});

test('wrong use is status 2, whether the domain or the command line finds it', async () => {
  const wrong = [
    ['run', 'finish', 'r', '--status', 'maybe'],
    ['run', 'finish', 'r', '--status', 'success', '--record-count', 'many'],
    ['run', 'finish', 'r', '--status', 'success', '--record-count', '-1'],
    ['run', 'finish', 'r', '--status', 'success', '--record-count', '1.5'],
    ['run', 'finish', 'r', '--status', 'success', '--record-count', '0x10'],
    ['run', 'finish', 'r', '--status', 'success', '--record-count', '1e3'],
    ['run', 'finish', 'r'],
    ['dataflow', 'create', `${rz}:a`, 'b'],
    ['run', 'start'],
    ['run', 'start', 'not-a-key'],
    ['run', 'start', `${rz}:m`, '--config', 'no json'],
    ['run', 'start', `${rz}:m`, '--config', '[1]'],
    ['run', 'start', `${rz}:m`, '--config', '@/no/such/file'],
    ['run', 'list', '--limit', '0'],
    ['up', '--ephemeral', '--data', 'x'],
    ['up', '--mysql-port', '70000'],
    ['up', '--temporal-port', '34567', '--temporal-http-port', '34567'],
    ['up', '--mysql-port', '34567', '--temporal-ui-port', '34567'],
    ['nonsense'],
    ['run', 'list', '--nonsense'],
  ];
  for (const args of wrong) {
    expect([args, await failure(settings, ...args)]).toEqual([args, { status: 2, code: 'INVALID_ARGUMENT' }]);
  }
  expect(await failure({}, 'run', 'list')).toEqual({ status: 2, code: 'INVALID_ARGUMENT' });
  expect(await failure({ ...settings, TEMPORAL_PROFILE: 'nix' }, 'run', 'list')).toEqual({
    status: 2,
    code: 'INVALID_ARGUMENT',
  });
});

test('an address of MySQL with a slip in it is status 2, and a database that is not there says so', async () => {
  const slips = ['mysql://u:a/b@h:1/db', `${lake.mysqlUrl}?ssl=true`, `${lake.mysqlUrl}?ssl=foo`, databaseUrl('')];
  for (const url of slips) {
    for (const args of [['migrate'], ['run', 'list'], ['up', '--ephemeral', '--no-worker']]) {
      const refused = await failure({ ...settings, DLC_MYSQL_URL: url }, ...args);
      expect([url, args, refused]).toEqual([url, args, { status: 2, code: 'INVALID_ARGUMENT' }]);
    }
  }
  const { status, stderr } = await dlc({ ...settings, DLC_MYSQL_URL: databaseUrl('nix') }, 'migrate');
  expect(`${status}, ${stderr}`).toMatch(/^14, UNAVAILABLE: .*Unknown database 'nix'.* Create the database first, or /);
});

test('servers that are away, or refuse, have statuses too', async () => {
  const away = { ...settings, DLC_MYSQL_URL: 'mysql://u:p@127.0.0.1:1/d' };
  expect(await failure(away, 'run', 'list')).toEqual({ status: 14, code: 'UNAVAILABLE' });
  expect(await failure({ ...settings, TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'run', 'start', `${rz}:m`)).toEqual({
    status: 14,
    code: 'UNAVAILABLE',
  });
  expect(await failure({ ...settings, TEMPORAL_NAMESPACE: 'nix' }, 'run', 'start', `${rz}:m`)).toEqual({
    status: 14,
    code: 'UNAVAILABLE',
  });
  // Without TLS, or with a certificate that nobody here knows: refused either way.
  const encrypted = { ...settings, DLC_MYSQL_URL: `${lake.mysqlUrl}?ssl=%7B%7D` };
  expect(await failure(encrypted, 'run', 'list')).toEqual({ status: 14, code: 'UNAVAILABLE' });
  const stranger = databaseUrl('mysql', { user: 'stranger', password: 'x' });
  expect(await failure({ DLC_MYSQL_URL: stranger }, 'run', 'list')).toEqual({ status: 12, code: 'UNAUTHENTICATED' });
  await lake.db.write(`CREATE USER IF NOT EXISTS 'guest'@'%' IDENTIFIED BY 'guest'`);
  const guest = databaseUrl('mysql', { user: 'guest', password: 'guest' });
  expect(await failure({ DLC_MYSQL_URL: guest }, 'run', 'list')).toEqual({ status: 13, code: 'PERMISSION_DENIED' });
});

test('a database that is not migrated is refused by name of the cure, by a worker too; dlc migrate is that cure', async () => {
  const name = `${new URL(lake.mysqlUrl).pathname.slice(1)}_empty`;
  await lake.db.write(`CREATE DATABASE ${name}`);
  const empty = { ...settings, DLC_MYSQL_URL: databaseUrl(name) };
  const db = new Database(empty.DLC_MYSQL_URL);
  try {
    for (const args of [['run', 'list'], ['worker']]) {
      const { status, stdout, stderr } = await dlc(empty, ...args);
      expect(`${status}, ${stdout}${stderr}`).toMatch(/^14, UNAVAILABLE: The database lacks .* Run dlc migrate/);
    }
    const first = await json<{ applied: unknown[] }>(empty, 'migrate');
    expect(first.applied[0]).toEqual({ version: 1, name: 'dataflow' });
    expect(await json(empty, 'migrate')).toEqual({ applied: [] });
    expect(await json(empty, 'run', 'list')).toEqual([]);
  } finally {
    await db.write(`DROP DATABASE ${name}`);
    await db.close();
  }
});

test('people read the error on stderr, without a stack', async () => {
  const { status, stdout, stderr } = await dlc(settings, 'dataflow', 'get', 'no:such');
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toMatch(/^NOT_FOUND: There is no dataflow no:such\..*\n$/);
});

test('where the message speaks of an option, a hint says how dlc writes it, in the document too', async () => {
  await lake.coordinator.createDataflow(rz, 'daily', '', '', { partitioned: true });
  const wrong: Record<string, string[]> = {
    'With dlc: --if-exists get.': ['dataflow', 'create', rz, 'daily'],
    'With dlc: --partition.': ['run', 'start', `${rz}:daily`],
    'With dlc: --source, with --dependency-check sourceIds or sourceRunIds.': [
      'run',
      'start',
      `${rz}:m`,
      '--source',
      'x',
    ],
    'With dlc: --partition here, and --partitioned for dlc dataflow create.': [
      ...['relation', 'create', `${rz}:daily`, `${rz}:m`],
      ...['--partition', 'same'],
    ],
    'With dlc: --when.': ['dataflow', 'create', rz, 'rule', '--when', '{"any":[]}'],
  };
  for (const [hint, args] of Object.entries(wrong)) {
    const result = await dlc(settings, ...args, '--json');
    expect([args, parse(result)]).toEqual([args, { error: expect.objectContaining({ hint }) }]);
  }
  const { stderr } = await dlc(settings, 'run', 'start', `${rz}:daily`);
  expect(stderr).toMatch(/^INVALID_ARGUMENT: .*partitionKey.*\nWith dlc: --partition\.\n$/);
});
