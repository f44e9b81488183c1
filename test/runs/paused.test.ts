// A person may pause an execution in Temporal: it handles nothing then, and is neither dead nor to be woken.

import { eventsOf, pair, runIn } from '../support/flow';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { pauseExecution, unpauseExecution } from '../support/pause';
import { describeFinding } from '../../src/domain/finding';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const NOW = { graceMs: 0 };
const found = async () => (await lake.coordinator.examine(NOW)).findings;
const count = async (workflowId: string, type: string): Promise<number> =>
  (await eventTypes(lake.client, workflowId)).filter((one) => one === type).length;

test('the job of a run whose execution is paused is not silent', async () => {
  const { coordinator, db } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'lease');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 hour' });
  await pauseExecution(lake, workflowId);
  await coordinator.heartbeatDataflowRun(runId);
  // As MySQL sees it when the job has sent heartbeats for hours that nobody could write down.
  await db.write('UPDATE dataflow_run SET heartbeat_at = heartbeat_at - INTERVAL 3 HOUR WHERE run_id = ?', [runId]);
  const [finding, ...others] = await found();
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ kind: 'pausedExecution', runId, by: 'ann', reason: 'a look at it' });
  expect(describeFinding(finding!)).toBe(
    `Run ${runId} of ${lake.zone('rz')}:lease goes on once somebody unpauses its workflow ${workflowId} in Temporal, where it was paused by ann: a look at it.`,
  );
  expect((await coordinator.heal(NOW)).healed).toEqual([]);
  await unpauseExecution(lake, workflowId);
  await coordinator.finishDataflowRun('success', runId);
});

test('a run that waits in a paused execution is sent nothing by the housekeeper, and starts when it goes on', async () => {
  const { coordinator } = lake;
  const { target, produce } = await pair(lake, 'waits');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { wait: true });
  await pauseExecution(lake, workflowId);
  await produce();
  const signals = await count(workflowId, 'WORKFLOW_EXECUTION_SIGNALED');
  for (let look = 0; look < 3; look++) expect((await coordinator.heal(NOW)).healed).toEqual([]);
  expect(await found()).toEqual([expect.objectContaining({ kind: 'pausedExecution', runId })]);
  expect(await count(workflowId, 'WORKFLOW_EXECUTION_SIGNALED')).toBe(signals);
  expect(await eventsOf(lake, runId)).toEqual(['waiting']);
  await unpauseExecution(lake, workflowId);
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
  await coordinator.finishDataflowRun('success', runId);
});

test('a slot whose workflow is paused before it has opened a run is sent nothing either', async () => {
  const { coordinator, client } = lake;
  const taskQueue = `${lake.taskQueue}-later`;
  const { target, targetKey, produce } = await pair(lake, 'idle', { trigger: { mode: 'auto' }, taskQueue });
  const source = await produce();
  const workflowId = `dlc:${targetKey}`;
  await pauseExecution(lake, workflowId);
  expect((await coordinator.heal(NOW)).healed).toEqual([]);
  expect(await found()).toEqual([expect.objectContaining({ kind: 'pausedExecution', runId: null, workflowId })]);
  expect(await eventsOf(lake, source)).toEqual(['started', 'success']);
  // What it was sent before is lost with it; it is healed as ever.
  await client.workflow.getHandle(workflowId).terminate();
  await lake.startWorker({ taskQueue });
  expect((await coordinator.heal(NOW)).healed).toMatchObject([{ kind: 'idleSlot', sourceRunId: source }]);
  await coordinator.finishDataflowRun('success', (await runIn(lake, target, 'started')).runId);
});

test('an operation that is paused is joined once, by whoever asks for it again', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'operation');
  const requestId = `${lake.taskQueue}-paused`;
  // Paused as it begins: where a worker is, it would be done by then.
  const operation = await client.workflow.start('dataflowOperation', {
    workflowId: `dlc-operation:${requestId}`,
    taskQueue: `${lake.taskQueue}-nobody`,
    args: [{ operation: { kind: 'pauseDataflow', dataflowId: id }, by: 'ann' }],
  });
  await pauseExecution(lake, operation.workflowId);
  const starts = jest.spyOn(client.connection.workflowService, 'startWorkflowExecution');
  await expect(coordinator.operations.pauseDataflow(id, { requestId, timeoutMs: 2_000 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  expect(starts).toHaveBeenCalledTimes(1);
  starts.mockRestore();
  await operation.terminate();
});

test('a backfill that is paused goes on existing, and takes a cancel', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'backfill', '', '', { partitioned: true });
  const { backfillId, workflowId } = await coordinator.backfills.start(id, { from: '2019-01-01', to: '2019-01-03' });
  await pauseExecution(lake, workflowId);
  expect(await coordinator.backfills.get(backfillId)).toMatchObject({ state: 'running' });
  expect(await coordinator.backfills.cancel(backfillId, { timeoutMs: 1_000 })).toMatchObject({ state: 'running' });
  expect(await count(workflowId, 'WORKFLOW_EXECUTION_CANCEL_REQUESTED')).toBe(1);
  await unpauseExecution(lake, workflowId);
  expect(await coordinator.backfills.wait(backfillId)).toMatchObject({ state: 'cancelled' });
  expect((await client.workflow.getHandle(workflowId).describe()).status.name).not.toBe('RUNNING');
});
