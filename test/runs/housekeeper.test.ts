// What was broken from outside is found, and healed: all the time by the housekeeper, on demand by the doctor.

import { LineagePlugin } from '../../src';
import { claimedBy, eventsOf, finishOpen, pair, runIn, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake, RunningWorker } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
const told: string[] = [];
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  await lake.startWorker({
    plugins: [new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: false, warn: (message) => told.push(message) })],
  });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const NOW = { graceMs: 0 };
const eagerWorkers: RunningWorker[] = [];

test('an open run whose workflow is gone is orphaned, and who stood behind it goes on', async () => {
  const { coordinator, client } = lake;
  const { target, produce } = await pair(
    lake,
    'gone',
    { partitioned: true, maxConcurrentRuns: 1 },
    { partitioned: true },
  );
  await produce('p=1');
  const gone = await coordinator.startDataflowRunWithId(target, { partitionKey: 'p=1' });
  const behind = await coordinator.startDataflowRunWithId(target, {
    partitionKey: 'p=2',
    wait: true,
    dependencyCheck: 'ignore',
  });
  await client.workflow.getHandle(gone.workflowId).terminate();
  expect((await coordinator.examine(NOW)).findings).toEqual([
    expect.objectContaining({ kind: 'goneOwner', runId: gone.runId }),
  ]);
  expect(await coordinator.getDataflowRun(gone.runId)).toMatchObject({ state: 'started' });
  eagerWorkers.push(await lake.startWorker({ taskQueue: `${lake.taskQueue}-eager`, plugins: [eager()] }));
  await eventually(
    () => coordinator.getDataflowRun(gone.runId),
    ({ state }) => state === 'orphaned',
  );
  expect(await coordinator.waitForDataflowRunStart(behind.runId)).toBe('started');
  await coordinator.finishDataflowRun('success', behind.runId);
  expect((await eventsOf(lake, gone.runId)).slice(-2).sort()).toEqual(['heal', 'orphaned']);
});

/** A worker whose housekeeper hardly waits. */
const eager = () =>
  new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: { intervalMs: 200, graceMs: 0 }, warn: (m) => told.push(m) });

test('a wake-up that was lost is made up for, in a slot without a run and for a run that waits', async () => {
  const { coordinator, db } = lake;
  const { target, source } = await pair(lake, 'lost', { trigger: { mode: 'auto' } });
  const { target: manual } = await pair(lake, 'lost-waiting');
  const waiting = await coordinator.startDataflowRunWithId(manual, { wait: true });
  // As if the source's worker had died for good between its commit and its look.
  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.operations.pauseDataflow(target);
  await coordinator.finishDataflowRun('success', runId);
  await db.write('UPDATE dataflow SET paused_at = NULL WHERE id = ?', [target]);
  await db.write(`UPDATE dataflow_run SET rule = NULL, dependency_check = 'ignore' WHERE run_id = ?`, [waiting.runId]);
  const run = await runIn(lake, target, 'started');
  expect(await claimedBy(lake, run.runId)).toEqual([runId]);
  expect(await coordinator.waitForDataflowRunStart(waiting.runId)).toBe('started');
  expect(await eventsOf(lake, runId)).toContain('heal');
  expect(told.filter((line) => line.startsWith('Healed: ')).length).toBeGreaterThanOrEqual(2);
  await finishOpen(lake, target);
  await coordinator.finishDataflowRun('success', waiting.runId);
});

test('a slot that can never start is told of, and not healed again and again', async () => {
  const { coordinator } = lake;
  const { source, target, targetKey, produce } = await pair(
    lake,
    'blocked',
    { trigger: { mode: 'auto' }, partitioned: true },
    { partitioned: true },
  );
  const months = await coordinator.createDataflow(lake.zone('cz'), 'blocked', '', '', { partitioned: true });
  await coordinator.associateSourceToTarget(target, months, { partition: 'day→month' });
  const runId = await produce('batch=7');
  const [finding] = await eventually(
    async () => (await coordinator.examine(NOW)).findings,
    (findings) => findings.length > 0,
  );
  expect(finding).toMatchObject({ kind: 'blockedSlot', slot: 'batch=7', sourceRunId: runId });
  const looks = told.length;
  expect(await coordinator.heal()).toEqual({ healed: [], failed: [] });
  expect(told).toHaveLength(looks);
  expect(await eventsOf(lake, runId)).not.toContain('heal');
  const { text } = await coordinator.why({ dataflow: targetKey, partitionKey: 'batch=7' });
  expect(text).toContain("although its rule is met (1 source run ready): it can't start.");
  expect(text).toContain('which needs a part that is a day, such as date=2019-01-01; batch=7 has none');
  await coordinator.operations.suspendRelation({ source, target });
});

test('a rule that can never be met is shown by the doctor, and left alone by all who heal', async () => {
  const { coordinator } = lake;
  const late = `${lake.zone('rz')}:unrelated`;
  await coordinator.createDataflow(lake.zone('rz'), 'unrelated');
  const { sourceKey, relation } = await pair(lake, 'unmeetable');
  const rule = (name: string, when: object) =>
    coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { when: when as { all: string[] } } });
  const unrelated = await rule('never', { all: [{ source: late, count: 3 }] });
  const enough = await rule('enough', { any: [sourceKey, late] });
  const two = await rule('two', { atLeast: 2, of: [sourceKey, late] });
  for (const target of [enough, two]) await coordinator.associateSourceToTarget(sourceKey, target);
  const suspended = await coordinator.associateSourceToTarget(late, two);
  const found = async () => (await coordinator.examine(NOW)).findings.filter(({ kind }) => kind === 'unmeetableRule');
  expect((await coordinator.examine({ graceMs: 3_600_000 })).findings).toEqual([]);
  const never = `${lake.zone('sz')}:never`;
  const finding = { dataflowId: unrelated, dataflow: never, sources: [{ source: late, relation: 'none' }] };
  expect(await found()).toEqual([{ kind: 'unmeetableRule', ...finding }]);
  await coordinator.operations.suspendRelation(suspended);
  expect(await found()).toMatchObject([
    finding,
    { dataflowId: two, sources: [{ source: late, relation: 'suspended' }] },
  ]);

  const looks = told.length;
  expect(await coordinator.heal()).toEqual({ healed: [], failed: [] });
  expect(told).toHaveLength(looks);
  await coordinator.operations.resumeRelation(suspended);
  await coordinator.associateSourceToTarget(late, unrelated);
  expect(await found()).toEqual([]);
  await coordinator.operations.terminateRelation(relation);
});

test('a lease that its workflow let pass is ended', async () => {
  const { coordinator, db } = lake;
  const { source } = await pair(lake, 'silent');
  const { runId } = await coordinator.startDataflowRunWithId(source, { heartbeatTimeout: '1 hour' });
  await db.write('UPDATE dataflow_run SET heartbeat_at = heartbeat_at - INTERVAL 3 HOUR WHERE run_id = ?', [runId]);
  const run = await eventually(
    () => coordinator.getDataflowRun(runId),
    ({ state }) => state === 'error',
  );
  expect(run.errorCode).toBe('LEASE_EXPIRED');
  await expect(lake.client.workflow.getHandle(run.workflowId, runId).result()).rejects.toMatchObject({
    cause: { type: 'LEASE_EXPIRED' },
  });
});

test('there is one housekeeper a lake, and another worker takes over from one that stops', async () => {
  const { db, client } = lake;
  const [row] = await db.select<{ lake_id: string }>('SELECT lake_id FROM dataflow_graph');
  const handle = client.workflow.getHandle(`dlc-housekeeper:${row!.lake_id}`);
  const { runId } = await handle.describe();
  eagerWorkers.push(await lake.startWorker({ taskQueue: `${lake.taskQueue}-other`, plugins: [eager()] }));
  expect((await handle.describe()).runId).toBe(runId);
  await handle.terminate();
  for (const worker of eagerWorkers) await worker.stop();
});

test('the doctor heals on demand, and finds nothing where all is well', async () => {
  const { coordinator, client } = lake;
  const { target } = await pair(lake, 'doctor');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
  await client.workflow.getHandle(workflowId).terminate();
  await lake.db.write('UPDATE dataflow_run SET started_at = started_at - INTERVAL 1 HOUR WHERE run_id = ?', [runId]);
  expect(await coordinator.heal()).toEqual({
    healed: [expect.objectContaining({ kind: 'goneOwner', runId })],
    failed: [],
  });
  expect(await coordinator.examine(NOW)).toMatchObject({ findings: [] });
  expect(await runsOf(lake, target, 'orphaned')).toHaveLength(1);
});

test('a housekeeper whose workers are all gone moves to the task queue of those that there are', async () => {
  const mine = await makeLake({ worker: false });
  const { coordinator, client, db, taskQueue } = mine;
  const housekeeper = { intervalMs: 200, graceMs: 0, takeOverMs: 2_000 };
  const moves: string[] = [];
  const start = (queue: string) =>
    mine.startWorker({
      taskQueue: queue,
      plugins: [new LineagePlugin({ mysql: mine.mysqlUrl, housekeeper, warn: (line) => moves.push(line) })],
    });
  const [row] = await db.select<{ lake_id: string }>('SELECT lake_id FROM dataflow_graph');
  const handle = client.workflow.getHandle(`dlc-housekeeper:${row!.lake_id}`);

  const old = await start(`${taskQueue}-old`);
  const first = await eventually(
    () => handle.describe().catch(() => undefined),
    (execution) => execution?.raw.pendingActivities?.[0]?.lastStartedTime != null,
  );
  if (!first) throw new Error('Nobody has started it.');
  expect(first.taskQueue).toBe(`${taskQueue}-old`);
  // It is there while the other one is: a worker that starts later is no less able.
  await Promise.all([start(taskQueue), start(`${taskQueue}-too`)]);
  await old.stop();
  const id = await coordinator.createDataflow(mine.zone('rz'), 'moved');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await client.workflow.getHandle(workflowId).terminate();
  await eventually(
    () => coordinator.getDataflowRun(runId),
    ({ state }) => state === 'orphaned',
  );
  const second = await handle.describe();
  expect([taskQueue, `${taskQueue}-too`]).toContain(second.taskQueue);
  expect((await client.workflow.getHandle(handle.workflowId, first.runId).describe()).status.name).toBe('TERMINATED');
  expect(moves).toContain(`No worker on ${taskQueue}-old holds the housekeeper: it moves to ${second.taskQueue}.`);

  await handle.terminate();
  await eventually(
    () => handle.describe(),
    ({ status }) => status.name === 'RUNNING',
  );
  await mine.close();
});
