// `dlc worker`: a worker as a process of its own, alone or with what its user adds.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { failure, json, settingsOf, start } from './dlc';
import type { Settings } from './dlc';

let lake: Lake;
let settings: Settings;
let folder: string;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  folder = await mkdtemp(join(tmpdir(), 'dlc-test-worker-'));
  settings = settingsOf(lake);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await lake.close();
});

test('it says when it polls, runs workflows and activities of its user, and ends with status 0 when told to', async () => {
  const activities = join(folder, 'activities.js');
  await writeFile(activities, 'exports.echoJob = async (job) => ({ recordCount: job.sourceCount + 7 });\n');
  const workflows = join(__dirname, '../support/workflows.ts');
  const worker = start(settings, 'worker', '--workflows', workflows, '--activities', activities, '--json');
  expect(JSON.parse(await worker.firstLine)).toEqual({
    temporalAddress: settings['TEMPORAL_ADDRESS'],
    namespace: 'default',
    taskQueue: lake.taskQueue,
    identity: expect.stringContaining(String(worker.pid)),
  });

  const zone = lake.zone('wz');
  await json(settings, 'dataflow', 'create', zone, 'job', '--job', '{"type":"activity","name":"echoJob"}');
  await json(settings, 'dataflow', 'create', zone, 'own', '--workflow-type', 'wrappedEtl');
  for (const [name, recordCount] of [
    ['job', 7],
    ['own', 0],
  ]) {
    const { runId } = await json<{ runId: string }>(settings, 'run', 'start', `${zone}:${name}`);
    await lake.client.workflow.getHandle(`dlc:${zone}:${name}`).result();
    expect(await json(settings, 'run', 'get', runId)).toMatchObject({ state: 'success', recordCount });
  }

  worker.signal('SIGTERM');
  const { status, stdout, stderr } = await worker.ended;
  expect(status).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^Stopping the worker/);
});

test('what it cannot load, and what it cannot reach, is refused before it polls', async () => {
  expect(await failure(settings, 'worker', '--workflows', '/no/such')).toEqual({ status: 2, code: 'INVALID_ARGUMENT' });
  expect(await failure(settings, 'worker', '--activities', '/no/such')).toEqual({
    status: 2,
    code: 'INVALID_ARGUMENT',
  });
  const broken = join(folder, 'broken.js');
  await writeFile(broken, "require('./no-such-file');\n");
  expect(await failure(settings, 'worker', '--activities', broken)).toEqual({ status: 2, code: 'INVALID_ARGUMENT' });
  expect(await failure(settings, 'worker', '--workflows', broken)).toEqual({ status: 2, code: 'INVALID_ARGUMENT' });
  const away = { ...settings, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  expect(await failure(away, 'worker')).toEqual({ status: 14, code: 'UNAVAILABLE' });
  expect(await failure({ ...settings, TEMPORAL_NAMESPACE: 'nix' }, 'worker')).toEqual({
    status: 14,
    code: 'UNAVAILABLE',
  });
});
