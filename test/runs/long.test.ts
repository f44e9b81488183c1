// A run may wait, or be worked on, for as long as it takes: its history stays bounded, and it stays the run that it was.

import { Database } from '../../src';
import type { SqlValue } from '../../src/store/database';
import { claimedBy, pair } from '../support/flow';
import { gate } from '../support/gate';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { LARGE, outgrow } from '../support/outgrow';
import { eventually } from '../support/wait';

let lake: Lake;
const ran: unknown[] = [];
beforeAll(async () => {
  lake = await makeLake({ activities: { newJob: async ({ runId }: { runId: string }) => void ran.push(runId) } });
});
afterAll(() => lake.close());

test('a waiting run goes on as itself with an empty history, again and again', async () => {
  const { coordinator } = lake;
  const { target, produce } = await pair(lake, 'waits');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { wait: true, deadline: '1 hour' });
  const executions = [
    await outgrow(lake, workflowId, 'sourceFinished', LARGE),
    await outgrow(lake, workflowId, 'sourceFinished', LARGE),
  ];
  expect(new Set([runId, ...executions]).size).toBe(3);
  const source = await produce();
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
  expect(await claimedBy(lake, runId)).toEqual([source]);
  await coordinator.finishDataflowRun('success', runId);
  expect(await coordinator.listDataflowRuns({ dataflow: target })).toMatchObject([{ runId, state: 'success' }]);
});

test.each([['1 hour'], [undefined]])(
  'a run whose job sends heartbeats (lease: %s) goes on as itself',
  async (lease) => {
    const { coordinator } = lake;
    const { source } = await pair(lake, `beats-${lease ?? 'no'}`);
    const { runId, workflowId } = await coordinator.startDataflowRunWithId(source, { heartbeatTimeout: lease });
    expect(await outgrow(lake, workflowId, 'heartbeat', { runId, note: LARGE })).not.toBe(runId);
    await coordinator.heartbeatDataflowRun(runId);
    await coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
    expect(await coordinator.listDataflowRuns({ dataflow: source })).toMatchObject([{ runId, state: 'success' }]);
  },
);

test('a run keeps its job when it goes on under another execution, whatever its dataflow is registered with by then', async () => {
  const { coordinator } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'job');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await coordinator.updateDataflow(id, { job: { type: 'activity', name: 'newJob' } });
  await outgrow(lake, workflowId, 'heartbeat', { runId, note: LARGE });
  await coordinator.finishDataflowRun('success', runId, { recordCount: 99 });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 99 });
  const next = await coordinator.startDataflowRunWithId(id);
  await eventually(
    () => coordinator.getDataflowRun(next.runId),
    ({ state }) => state === 'success',
  );
  expect(ran).toEqual([next.runId]);
});

test('MySQL hears of a run as soon as it goes on under another execution', async () => {
  const { coordinator, db } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'told');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 hour' });
  // As if its last heartbeats, which were too many to write down each, had come over hours.
  await db.write('UPDATE dataflow_run SET heartbeat_at = heartbeat_at - INTERVAL 3 HOUR WHERE run_id = ?', [runId]);
  await outgrow(lake, workflowId, 'heartbeat', { runId, note: LARGE });
  await eventually(
    () => coordinator.getDataflowRun(runId),
    ({ heartbeatAt, openedAt }) => heartbeatAt !== null && heartbeatAt >= openedAt,
  );
  expect((await coordinator.examine({ graceMs: 0 })).findings).toEqual([]);
  await coordinator.finishDataflowRun('success', runId);
});

test('a run that is cleared while it goes on under another execution is cancelled there, not given up', async () => {
  const { coordinator, client } = lake;
  const { target, produce } = await pair(lake, 'cleared');
  const source = await produce();
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { heartbeatTimeout: '1 hour' });
  const open = gate();
  const select = Database.prototype.select;
  const spy = jest.spyOn(Database.prototype, 'select').mockImplementation(async function (
    this: Database,
    sql: string,
    values?: readonly SqlValue[],
  ) {
    if (sql.includes('dataflow_key = ?')) await open.opened;
    return select.call(this, sql, values);
  });
  try {
    await outgrow(lake, workflowId, 'heartbeat', { runId, note: LARGE });
    const requestId = `${lake.taskQueue}-cleared`;
    const clearing = coordinator.operations.clearRun(runId, { requestId });
    const operation = client.workflow.getHandle(`dlc-operation:${requestId}`);
    await eventually(
      () =>
        operation.describe().then(
          ({ raw }) => raw.pendingActivities ?? [],
          () => [],
        ),
      ([operate]) => operate?.lastFailure?.message?.includes("doesn't say which run") === true,
    );
    open.open();
    expect(await clearing).toMatchObject({ state: 'cancelled' });
  } finally {
    open.open();
    spy.mockRestore();
  }
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([{ sourceRunId: source }]);
});
