// LineagePlugin adds our workflows and activities to a user's worker, whatever that worker has.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { LineagePlugin, ZoneDataFlowCoordinator } from '../../src';
import { makeDatabase, makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { setting } from '../support/settings';

let lake: Lake;
let native: NativeConnection;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  native = await NativeConnection.connect({ address: setting('DLC_TEST_TEMPORAL_ADDRESS') });
});
afterAll(async () => {
  await native.close();
  await lake.close();
});

const path = (name: string): string => join(__dirname, name);
const plugin = (): LineagePlugin => new LineagePlugin({ mysql: lake.mysqlUrl });
const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** A worker with these options runs while `work` does, on a queue of its own. */
async function withWorker(options: Partial<WorkerOptions>, work: (taskQueue: string) => Promise<void>): Promise<void> {
  const taskQueue = `plugin-${randomUUID()}`;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    plugins: [plugin()],
    ...options,
  });
  await worker.runUntil(work(taskQueue));
}

async function lineageWorks(taskQueue: string): Promise<void> {
  const coordinator = await ZoneDataFlowCoordinator.connect({ mysql: lake.mysqlUrl, temporal: lake.client, taskQueue });
  const id = await coordinator.createDataflow(lake.zone('rz'), randomUUID());
  const run = await coordinator.startDataflowRunWithId(id);
  expect(await coordinator.finishDataflowRun('success', run.runId)).toMatchObject({ state: 'success' });
}

const execute = (taskQueue: string, type: string): Promise<unknown> =>
  lake.client.workflow.execute(type, { taskQueue, workflowId: randomUUID() });

test('it serves a worker that has no workflows of its own', () => withWorker({}, lineageWorks));

test('it adds to a file of workflows, and passing ours on is no clash', () =>
  withWorker({ workflowsPath: path('reexport/workflows.ts') }, async (taskQueue) => {
    expect(await execute(taskQueue, 'fromFile')).toBe('from the file');
    await lineageWorks(taskQueue);
  }));

test('it adds to a folder of workflows, and leaves the one for unknown types', () =>
  withWorker({ workflowsPath: path('folder') }, async (taskQueue) => {
    expect(await execute(taskQueue, 'fromFolder')).toBe('from the folder');
    expect(await execute(taskQueue, 'neverHeardOf')).toBe('for any type');
    await lineageWorks(taskQueue);
  }));

test('it may be given twice', () =>
  withWorker({ workflowsPath: path('folder'), plugins: [plugin(), plugin()] }, async (taskQueue) => {
    expect(await execute(taskQueue, 'fromFolder')).toBe('from the folder');
    await lineageWorks(taskQueue);
  }));

test('it may come through the connection as well', async () => {
  const connection = await NativeConnection.connect({
    address: setting('DLC_TEST_TEMPORAL_ADDRESS'),
    plugins: [plugin()],
  });
  await withWorker({ connection }, lineageWorks);
  await connection.close();
});

test('one plugin may serve one worker after the other', async () => {
  const shared = plugin();
  await withWorker({ plugins: [shared] }, lineageWorks);
  await withWorker({ plugins: [shared] }, lineageWorks);
});

test('it is taken by a client', async () => {
  const connection = await Connection.connect({ address: setting('DLC_TEST_TEMPORAL_ADDRESS') });
  expect(new Client({ connection, plugins: [plugin()] }).workflow).toBeDefined();
  await connection.close();
});

test('a prebuilt bundle works if it was built with the plugin, and is refused if not', async () => {
  const options = { workflowsPath: path('folder'), logger: silent };
  const bundle = await bundleWorkflowCode({ ...options, plugins: [plugin()] });
  await withWorker({ workflowBundle: bundle }, lineageWorks);
  const without = await bundleWorkflowCode(options);
  await expect(withWorker({ workflowBundle: without }, lineageWorks)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('bundleWorkflowCode'),
  });
});

test('a workflow with the name of one of ours is refused by name', async () => {
  const options = { workflowsPath: path('clash/workflows.ts'), logger: silent, plugins: [plugin()] };
  const refusal = await bundleWorkflowCode(options).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('dataflowRun') });
});

test('an activity with the name of one of ours is refused by name', async () => {
  await expect(withWorker({ activities: { lineageOpenRun: () => undefined } }, lineageWorks)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('lineageOpenRun'),
  });
});

test('a worker refuses a database that was not migrated, or is newer than it knows', async () => {
  const { url, db } = await makeDatabase(`dlc_test_${randomUUID().slice(0, 8)}`);
  const start = (): Promise<void> =>
    withWorker({ plugins: [new LineagePlugin({ mysql: url })] }, () => Promise.resolve());
  await db.write(
    `INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (9999, 'later', '', NOW())`,
  );
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('newer') });
  await db.write('DROP TABLE schema_migration');
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('dlc migrate') });
  await db.write(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
  await db.close();
});

test('without a MySQL address it says where to put one', async () => {
  const before = process.env['DLC_MYSQL_URL'];
  delete process.env['DLC_MYSQL_URL'];
  try {
    await expect(withWorker({ plugins: [new LineagePlugin()] }, lineageWorks)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('DLC_MYSQL_URL'),
    });
  } finally {
    if (before !== undefined) process.env['DLC_MYSQL_URL'] = before;
  }
});
