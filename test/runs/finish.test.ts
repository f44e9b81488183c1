// Ending a run from outside: what is refused writes nothing and leaves the run open.

import { randomUUID } from 'node:crypto';
import type { JsonObject, StartedRun } from '../../src';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { nested } from '../support/nested';
import { eventually } from '../support/wait';

let lake: Lake;
let dataflow: string;
let run: StartedRun;
beforeAll(async () => {
  lake = await makeLake();
  dataflow = await lake.coordinator.createDataflow(lake.zone('rz'), 'finish');
});
afterAll(() => lake.close());
beforeEach(async () => {
  run = await lake.coordinator.startDataflowRunWithId(dataflow);
});
afterEach(async () => {
  const { state } = await lake.coordinator.getDataflowRun(run.runId);
  if (state === 'started') await lake.coordinator.finishDataflowRun('success', run.runId);
});

const finish = (
  report: Record<string, unknown>,
  status: unknown = 'success',
  runId: string = run.runId,
): Promise<unknown> => lake.coordinator.finishDataflowRun(status as 'success', runId, report);

async function expectUntouched(): Promise<void> {
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({
    state: 'started',
    recordCount: null,
    endedAt: null,
  });
  const events = await eventTypes(lake.client, run.workflowId, run.runId);
  expect(events).not.toContain('WORKFLOW_TASK_FAILED');
}

test.each([
  ['an unknown status', 'done', {}, 'status'],
  ['no status', null, {}, 'status'],
  ['a negative record count', 'success', { recordCount: -1 }, 'recordCount'],
  ['a fractional record count', 'success', { recordCount: 1.5 }, 'recordCount'],
  ['a record count as text', 'success', { recordCount: '7' }, 'recordCount'],
  ['a record count beyond 2^53', 'success', { recordCount: 2 ** 53 }, 'recordCount'],
  ['a batch id of a wrong type', 'success', { dataflowBatchRunId: 5 }, 'dataflowBatchRunId'],
  ['metadata that is no object', 'success', { metadata: [1] }, 'metadata'],
  ['metadata nested 40 levels deep', 'success', { metadata: nested(40) }, 'metadata'],
  ['an unpaired surrogate inside metadata', 'success', { metadata: { of: ['\ud800'] } }, 'metadata'],
  ['an unpaired surrogate in a name inside metadata', 'success', { metadata: { of: { '\udfff': 1 } } }, 'metadata'],
  ['an empty partition key', 'success', { dataflowPartitionKey: '' }, 'dataflowPartitionKey'],
])(
  '%s is refused with INVALID_ARGUMENT that names the field, by the client and by the run itself',
  async (_, status, report, field) => {
    await expect(finish(report, status)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field } });
    const handle = lake.client.workflow.getHandle(run.workflowId);
    await expect(handle.executeUpdate('finishRun', { args: [{ ...report, status }] })).rejects.toMatchObject({
      cause: { type: 'INVALID_ARGUMENT', message: expect.stringContaining(field) },
    });
    await expectUntouched();
  },
);

test('the deepest metadata that both MySQL and MariaDB hold is kept; a level more is refused', async () => {
  await expect(finish({ metadata: nested(31) })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await finish({ metadata: nested(30) });
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({ state: 'success', metadata: nested(30) });
});

test.each([
  ['nested 40 levels deep', nested(40)],
  ['with an unpaired surrogate', { of: ['\ud800'] }],
])(
  'a start whose config is %s is refused with INVALID_ARGUMENT, by the client and by the run itself',
  async (_, config) => {
    await finish({});
    const start = lake.coordinator.startDataflowRunWithId(dataflow, { config: config as JsonObject });
    await expect(start).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'config' } });
    const { taskQueue } = lake;
    const workflowId = `config-${randomUUID()}`;
    const handle = await lake.client.workflow.start('dataflowRun', {
      args: [{ dataflow, config }],
      taskQueue,
      workflowId,
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT' } });
  },
);

test('a value that only MySQL refuses is refused with INVALID_ARGUMENT too, and the run stays open', async () => {
  await lake.db.write("ALTER TABLE dataflow_run ADD CONSTRAINT small CHECK (batch_run_id <> 'odd')");
  await expect(finish({ dataflowBatchRunId: 'odd' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await lake.db.write('ALTER TABLE dataflow_run DROP CONSTRAINT small');
  await expectUntouched();
});

test('a run that nobody knows is refused with RUN_NOT_FOUND', async () => {
  await expect(finish({}, 'success', randomUUID())).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(finish({}, 'success', 'nonsense')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(finish({}, 'success', 'é')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

test('the same finish twice is fine, another one is refused with RUN_ALREADY_FINISHED', async () => {
  await finish({ recordCount: 3 });
  await finish({ recordCount: 3 });
  await expect(finish({ recordCount: 4 })).rejects.toMatchObject({
    code: 'RUN_ALREADY_FINISHED',
    details: { state: 'success' },
  });
  await expect(finish({}, 'error')).rejects.toMatchObject({ code: 'RUN_ALREADY_FINISHED' });
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({ state: 'success', recordCount: 3 });
});

test('a finish that is meant for an earlier run does not end the next one in its slot', async () => {
  await finish({});
  const earlier = run.runId;
  run = await lake.coordinator.startDataflowRunWithId(dataflow);
  const handle = lake.client.workflow.getHandle(run.workflowId);
  await expect(
    handle.executeUpdate('finishRun', { args: [{ status: 'error', runId: earlier }] }),
  ).rejects.toMatchObject({
    cause: { type: 'RUN_ALREADY_FINISHED' },
  });
  await expectUntouched();
});

test('a run that still waits is refused with RUN_NOT_STARTED', async () => {
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), 'waits');
  await lake.coordinator.associateSourceToTarget(dataflow, target);
  const waiting = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
  await expect(finish({}, 'success', waiting.runId)).rejects.toMatchObject({ code: 'RUN_NOT_STARTED' });
  await finish({});
  expect(await lake.coordinator.waitForDataflowRunStart(waiting.runId)).toBe('started');
  await finish({}, 'success', waiting.runId);
});

test('an error queues nothing, and fails the workflow with the message', async () => {
  await finish({ message: 'the disk is full' }, 'error');
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({
    state: 'error',
    message: 'the disk is full',
  });
  const rows = await lake.db.select('SELECT id FROM dataflow_queue WHERE source_run_id = ?', [run.runId]);
  expect(rows).toEqual([]);
  await expect(lake.client.workflow.getHandle(run.workflowId, run.runId).result()).rejects.toMatchObject({
    cause: { type: 'RUN_FAILED', message: 'the disk is full' },
  });
});

test('a finish signal with unknown fields is taken; a bad one is ignored, and shown by status', async () => {
  const handle = lake.client.workflow.getHandle(run.workflowId);
  await handle.signal('finish', { status: 'success', recordCount: -5 });
  await handle.signal('finish', 'nonsense');
  const status = await eventually(
    () => handle.query<{ refused: { code: string; reason: string }[] }>('status'),
    ({ refused }) => refused.length === 2,
  );
  expect(status.refused).toMatchObject([
    { code: 'INVALID_ARGUMENT', reason: expect.stringContaining('recordCount') },
    { code: 'INVALID_ARGUMENT' },
  ]);
  await expectUntouched();
  await handle.signal('finish', { status: 'success', recordCount: 8, colour: 'red' });
  await eventually(
    () => lake.coordinator.getDataflowRun(run.runId),
    ({ state }) => state === 'success',
  );
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({ recordCount: 8 });
});

test('what start and finish say of the run is kept on it', async () => {
  await finish({});
  const notes = {
    breadcrumb: { from: ['a', 'b'] },
    externalJobRunKey: 'spark-17',
    externalJobLogLink: 'https://logs/17',
    externalProcessKey: 'billing-etl',
    externalProcessLogLink: 'https://etl/billing',
  };
  run = await lake.coordinator.startDataflowRunWithId(dataflow, {
    ...notes,
    config: { full: true },
    metadata: { by: 'cron' },
  });
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({
    ...notes,
    config: { full: true },
    metadata: { by: 'cron' },
  });
  await finish({ metadata: { rejected: 2 }, dataflowBatchRunId: 'b7', dataflowPartitionKey: 'd=1' });
  expect(await lake.coordinator.getDataflowRun(run.runId)).toMatchObject({
    ...notes,
    metadata: { rejected: 2 },
    batchRunId: 'b7',
    partitionKey: 'd=1',
  });
});
