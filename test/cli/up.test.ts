// `dlc up` on this machine: one line says where everything is, it works, and nothing of it is left at the end.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeDatabase } from '../support/lake';
import { setting } from '../support/settings';
import { dlc, failure, json, parse, start } from './dlc';
import type { Running, Settings } from './dlc';

interface Addresses {
  readonly temporalAddress: string;
  readonly temporalHttpUrl: string;
  readonly temporalUiUrl: string;
  readonly mysqlUrl: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly httpUrl: null;
}

let home: string;
let temporary: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'dlc-test-up-'));
  temporary = join(home, 'tmp');
  await mkdir(temporary);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const settingsOf = ({ mysqlUrl, temporalAddress, taskQueue, namespace }: Addresses): Settings => ({
  DLC_MYSQL_URL: mysqlUrl,
  DLC_TASK_QUEUE: taskQueue,
  TEMPORAL_ADDRESS: temporalAddress,
  TEMPORAL_NAMESPACE: namespace,
});

/** The processes that it started and that run now. */
function childrenOf({ pid }: Running): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=']).toString().trim().split('\n');
  const processes = lines.map((line) => line.trim().split(/\s+/)).filter(([, , state]) => !state?.startsWith('Z'));
  return processes.filter(([, parent]) => Number(parent) === pid).map(([child]) => Number(child));
}

function areGone(pids: readonly number[]): boolean {
  const states = execFileSync('ps', ['-eo', 'pid=,stat=']).toString().trim().split('\n');
  const alive = states.map((line) => line.trim().split(/\s+/)).filter(([, state]) => !state?.startsWith('Z'));
  return !alive.some(([pid]) => pids.includes(Number(pid)));
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await setTimeout(50);
}

test('--ephemeral --json prints one line, runs can be run with it, and Ctrl-C leaves nothing behind', async () => {
  const options = ['--namespace', 'my-lake', '--task-queue', 'my-queue'];
  const up = start({ TMPDIR: temporary }, 'up', '--ephemeral', '--json', ...options);
  const addresses = JSON.parse(await up.firstLine) as Addresses;
  expect(addresses).toEqual({
    temporalAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    temporalHttpUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    temporalUiUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    mysqlUrl: expect.stringMatching(/^mysql:\/\/.+@127\.0\.0\.1:\d+\/dlc$/),
    namespace: 'my-lake',
    taskQueue: 'my-queue',
    httpUrl: null,
  });
  expect((await fetch(addresses.temporalUiUrl)).status).toBe(200);
  const settings = settingsOf(addresses);
  await json(settings, 'dataflow', 'create', 'rz', 'orders');
  const { runId } = await json<{ runId: string }>(settings, 'run', 'start', 'rz:orders');
  expect(await json(settings, 'run', 'finish', runId, '--status', 'success')).toEqual({ runId, state: 'success' });
  const execution = await fetch(
    `${addresses.temporalHttpUrl}/api/v1/namespaces/my-lake/workflows?query=DlcDataflow%3D%22rz%3Aorders%22`,
  );
  expect(execution.status).toBe(200);

  const children = childrenOf(up);
  expect(children.length).toBeGreaterThanOrEqual(2);
  up.signal('SIGINT');
  const ended = await up.ended;
  expect(ended.status).toBe(0);
  expect(parse(ended)).toEqual(addresses);
  expect(ended.stderr).toMatch(
    /Worker: stopping\nTemporal: stopping\nMySQL: stopping\nAll that dlc up had started has stopped\.\n$/,
  );
  expect(areGone(children)).toBe(true);
  expect((await readdir(temporary)).filter((name) => name.startsWith('dlc-'))).toEqual([]);
});

test('--data keeps everything, at the same addresses; when a server dies, all else is stopped and the status says so', async () => {
  const data = join(home, 'lake');
  const first = start({}, 'up', '--data', data, '--json', '--no-worker');
  const before = JSON.parse(await first.firstLine) as Addresses;
  await json(settingsOf(before), 'dataflow', 'create', 'rz', 'kept');
  expect(await failure({}, 'up', '--data', data)).toEqual({ status: 14, code: 'UNAVAILABLE' });
  first.signal('SIGTERM');
  expect((await first.ended).status).toBe(0);

  // With the settings that its first start printed, as a shell would have exported them.
  const second = start(settingsOf(before), 'up', '--data', data, '--no-worker');
  await second.told('Temporal: ready');
  expect(await second.firstLine).toBe('Everything runs. Ctrl-C stops it.');
  expect(await json(settingsOf(before), 'dataflow', 'list')).toMatchObject([{ key: 'rz:kept' }]);
  const children = childrenOf(second);
  const { pid } = JSON.parse(await readFile(join(data, 'mysql', 'lock.server'), 'utf8')) as { pid: number };
  expect(children).toContain(pid);
  process.kill(pid, 'SIGKILL');
  const { status, stdout, stderr } = await second.ended;
  expect(status).toBe(14);
  expect(stderr).toMatch(
    /^UNAVAILABLE: MySQL was ended by SIGKILL\.\nRun dlc up again; with --data nothing .* lost\.$/m,
  );
  expect(areGone(children)).toBe(true);
  expect(stdout).toContain(`export DLC_MYSQL_URL='${before.mysqlUrl}'`);
  expect(stdout).toContain(`export TEMPORAL_ADDRESS='${before.temporalAddress}'`);
});

test('Ctrl-C while it starts stops what has started, and prints no address', async () => {
  const up = start({ TMPDIR: temporary }, 'up', '--ephemeral', '--json');
  await up.told('Temporal: temporal');
  up.signal('SIGINT');
  const { status, stdout } = await up.ended;
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  // Servers are started with their data's path.
  expect(execFileSync('ps', ['-eo', 'args=']).toString()).not.toContain(temporary);
  expect((await readdir(temporary)).filter((name) => name.startsWith('dlc-'))).toEqual([]);
});

test("a port of somebody else's is refused, not taken", async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const { port } = other.address() as AddressInfo;
  const up = await dlc({ TMPDIR: temporary }, 'up', '--ephemeral', '--json', '--mysql-port', String(port));
  expect(up.status).toBe(14);
  expect(parse(up)).toMatchObject({ error: { code: 'UNAVAILABLE', message: expect.stringContaining(`port ${port}`) } });
  expect((await readdir(temporary)).filter((name) => name.startsWith('dlc-'))).toEqual([]);
  await new Promise((closed) => other.close(closed));
});

test('a second Ctrl-C ends at once what does not stop', async () => {
  const up = start({ TMPDIR: temporary }, 'up', '--ephemeral', '--json', '--no-worker');
  await up.firstLine;
  const children = childrenOf(up);
  const [folder = ''] = await readdir(temporary);
  const lock = await readFile(join(temporary, folder, 'mysql', 'lock.server'), 'utf8');
  process.kill((JSON.parse(lock) as { pid: number }).pid, 'SIGSTOP');
  const again = setInterval(() => up.signal('SIGINT'), 100);
  const { status } = await up.ended;
  clearInterval(again);
  expect(status).toBe(1);
  await until(() => areGone(children));
});

test('servers that the settings name are used and left alone; where they are away, the message says what to do', async () => {
  const { url, db } = await makeDatabase(`dlc_test_up_${process.pid}`);
  const named = { DLC_MYSQL_URL: url, TEMPORAL_ADDRESS: setting('DLC_TEST_TEMPORAL_ADDRESS'), DLC_TASK_QUEUE: 'named' };
  const up = start(named, 'up', '--data', join(home, 'lake'), '--json', '--no-worker');
  expect(JSON.parse(await up.firstLine)).toMatchObject({ mysqlUrl: url, temporalAddress: named.TEMPORAL_ADDRESS });
  expect(childrenOf(up)).toEqual([]);
  up.signal('SIGINT');
  expect((await up.ended).status).toBe(0);
  expect(await json(named, 'run', 'list')).toEqual([]);

  const { status, stderr } = await dlc({ ...named, DLC_MYSQL_URL: 'mysql://u:p@127.0.0.1:1/d' }, 'up', '--ephemeral');
  expect(status).toBe(14);
  expect(stderr).toContain('Unset DLC_MYSQL_URL to have dlc up start one.');
  await db.write(`DROP DATABASE dlc_test_up_${process.pid}`);
  await db.close();
});
