// Workflows of a user's own around `lineageRun`: their handlers, their arguments, their long bodies.

import { randomUUID } from 'node:crypto';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

async function target(name: string, options = {}): Promise<{ id: string; produce(): Promise<string> }> {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), name);
  const id = await coordinator.createDataflow(lake.zone('sz'), name, '', '', options);
  await coordinator.associateSourceToTarget(source, id);
  const produce = async (): Promise<string> => {
    const { runId } = await coordinator.startDataflowRunWithId(source);
    await coordinator.finishDataflowRun('success', runId);
    return runId;
  };
  return { id, produce };
}

/** Enough to make Temporal suggest to continue as new: more than 4 MB of history. */
const LARGE = 'x'.repeat(1_500_000);

test("a handler of the user's that waits for the result gets it", async () => {
  const { id, produce } = await target('handler', { workflowType: 'withHandler' });
  const handle = await lake.client.workflow.start('withHandler', {
    taskQueue: lake.taskQueue,
    workflowId: `own-${randomUUID()}`,
    args: [{ dataflow: id, wait: true }],
  });
  const asked = await handle.startUpdate('resultOf', { waitForStage: 'ACCEPTED' });
  await produce();
  await handle.result();
  // Temporal may close the workflow before the handler has answered; the run's end isn't the handler's to hold up.
  expect([5, undefined]).toContain(await asked.result().catch(() => undefined));
});

test('a waiting workflow with arguments of its own is never started anew with others', async () => {
  const { id, produce } = await target('arguments');
  const handle = await lake.client.workflow.start('ownArguments', {
    taskQueue: lake.taskQueue,
    workflowId: `own-${randomUUID()}`,
    args: [id, 'acme'],
  });
  await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow: id, state: 'waiting' }),
    (runs) => runs.length === 1,
  );
  for (let i = 0; i < 4; i++) await handle.signal('sourceFinished', LARGE);
  await produce();
  expect(await handle.result()).toBe('acme');
  const first = await lake.client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId).describe();
  expect(first.status.name).toBe('COMPLETED');
});

test('a body that continues as new ends its run with an error that says what to do', async () => {
  const { id, produce } = await target('long');
  await produce();
  const handle = await lake.client.workflow.start('longEtl', {
    taskQueue: lake.taskQueue,
    workflowId: `own-${randomUUID()}`,
    args: [{ dataflow: id }],
  });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT' } });
  expect(await lake.coordinator.listDataflowRuns({ dataflow: id })).toMatchObject([
    { state: 'error', message: expect.stringContaining('into a child workflow') },
  ]);
});

test('a cancel that comes with the wake-up that makes a waiting run continue as new is not lost', async () => {
  const own = await makeLake({ worker: false });
  const { coordinator } = own;
  const source = await coordinator.createDataflow(own.zone('rz'), 'cancelled');
  const id = await coordinator.createDataflow(own.zone('sz'), 'cancelled');
  await coordinator.associateSourceToTarget(source, id);
  const worker = await own.startWorker();
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id, { wait: true });
  await worker.stop();
  const handle = own.client.workflow.getHandle(workflowId);
  for (let i = 0; i < 4; i++) await handle.signal('sourceFinished', LARGE);
  await handle.cancel();
  await own.startWorker();
  await eventually(
    () => coordinator.getDataflowRun(runId),
    ({ state }) => state === 'cancelled',
  );
  await own.close();
}, 60_000);
