// A worker with a payload converter of its own reads messages with it, and plain JSON from everyone else still.

import { Client } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import { LineagePlugin, ZoneDataFlowCoordinator } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { json, signal } from './raw';

const payloadConverterPath = require.resolve('./hex-converter');

let lake: Lake;
let client: Client;
let coordinator: ZoneDataFlowCoordinator;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  const dataConverter = { payloadConverterPath };
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../src/workflows'),
    payloadConverterPath,
    plugins: [new LineagePlugin({ mysql: lake.mysqlUrl })],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
  });
  await lake.startWorker({ workflowBundle, dataConverter, activities: { report: () => ({ recordCount: 103 }) } });
  client = new Client({ connection: lake.client.connection, dataConverter });
  coordinator = await ZoneDataFlowCoordinator.connect({
    mysql: lake.mysqlUrl,
    temporal: client,
    taskQueue: lake.taskQueue,
  });
});
afterAll(async () => {
  await coordinator.close();
  await lake.close();
});

test("a run is started and finished in the converter's own encoding", async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'hex');
  const run = await coordinator.startDataflowRunWithId(id, { requestId: 'once' });
  expect(run).toMatchObject({ state: 'started', dataflowQueueList: [] });
  await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({ code: 'ALREADY_ACTIVE' });
  await coordinator.finishDataflowRun('success', run.runId, { recordCount: 103 });
  expect(await coordinator.getDataflowRun(run.runId)).toMatchObject({ state: 'success', recordCount: 103 });
});

test("a job reports in the converter's own encoding", async () => {
  const job = { type: 'activity', name: 'report' } as const;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'job', '', '', { job });
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await client.workflow.getHandle(workflowId, runId).result();
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 103 });
});

test('a run is finished in plain JSON all the same', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'json');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await signal(lake.client, workflowId, 'finish', [json({ status: 'success', recordCount: 103 })]);
  await client.workflow.getHandle(workflowId, runId).result();
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 103 });
});
