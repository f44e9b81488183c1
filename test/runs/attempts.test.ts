// Rule 3, when an attempt is given up but lives: Temporal starts another one, and both are under way.

import { Database } from '../../src';
import type { Queryable } from '../../src/store';
import { gate } from '../support/gate';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

type Work<T> = (tx: Queryable) => Promise<T>;
type Transaction = <T>(this: Database, work: Work<T>) => Promise<T>;

const original = Database.prototype.transaction;
let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterEach(() => {
  Database.prototype.transaction = original;
});
afterAll(() => lake.close());

async function pair(name: string): Promise<{ source: string; target: string }> {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), name);
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), name);
  await lake.coordinator.associateSourceToTarget(source, target);
  return { source, target };
}

async function produce(source: string): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(source);
  await lake.coordinator.finishDataflowRun('success', runId);
  return runId;
}

test('an open whose first attempt commits late goes on as that run', async () => {
  const { source, target } = await pair('late');
  const sourceRun = await produce(source);
  const second = gate();
  let calls = 0;
  const slow: Transaction = function <T>(this: Database, work: Work<T>): Promise<T> {
    const first = ++calls === 1;
    if (!first) second.open();
    return original.call(this, async (tx) => {
      const done = await work(tx);
      if (first) await second.opened; // its row is there, uncommitted: the second one's insert waits for it
      return done;
    }) as Promise<T>;
  };
  Database.prototype.transaction = slow;
  const started = await lake.coordinator.startDataflowRunWithId(target);
  expect(calls).toBeGreaterThan(1);
  expect(started).toMatchObject({ state: 'started', dataflowQueueList: [{ sourceRunId: sourceRun }] });
  expect(await lake.coordinator.listDataflowRuns({ dataflow: target })).toMatchObject([
    { runId: started.runId, state: 'started' },
  ]);
});

test('a triggered open whose first attempt commits before the second one looks goes on as that run', async () => {
  const { source, target } = await pair('triggered');
  const sourceRun = await produce(source);
  const { key } = await lake.coordinator.getDataflow(target);
  // Past the client, which would wake it.
  await lake.db.write(`UPDATE dataflow SET trigger_mode = 'auto' WHERE dataflow_key = ?`, [key]);
  const [second, committed] = [gate(), gate()];
  let calls = 0;
  const slow: Transaction = async function <T>(this: Database, work: Work<T>): Promise<T> {
    const call = ++calls;
    if (call === 2) {
      second.open();
      await committed.opened;
    }
    const done = await (original.call(this, async (tx) => {
      const result = await work(tx);
      if (call === 1) await second.opened;
      return result;
    }) as Promise<T>);
    if (call === 1) committed.open();
    return done;
  };
  Database.prototype.transaction = slow;
  // As a finished source does.
  const args = [{ dataflow: key, triggered: true, wait: true }];
  const { taskQueue } = lake;
  const { firstExecutionRunId } = await lake.client.workflow.start('dataflowRun', {
    workflowId: `dlc:${key}`,
    taskQueue,
    args,
  });
  await committed.opened;
  const run = await lake.coordinator.getDataflowRun(firstExecutionRunId);
  expect(run).toMatchObject({ state: 'started', dataflowQueueList: [{ sourceRunId: sourceRun }] });
  expect(await lake.coordinator.finishDataflowRun('success', run.runId)).toMatchObject({ state: 'success' });
  expect(calls).toBeGreaterThan(2);
});

test('a late attempt of an open that was refused claims nothing', async () => {
  const { source, target } = await pair('zombie');
  const release = gate();
  const attempts: Promise<unknown>[] = [];
  const late: Transaction = async function <T>(this: Database, work: Work<T>): Promise<T> {
    const attempt = (attempts.length === 0 ? release.opened : Promise.resolve()).then(
      () => original.call(this, work) as Promise<T>,
    );
    attempts.push(attempt.catch((error: unknown) => error));
    return attempt;
  };
  Database.prototype.transaction = late;
  await expect(lake.coordinator.startDataflowRunWithId(target)).rejects.toMatchObject({ code: 'DEPENDENCY_NOT_READY' });
  const sourceRun = await produce(source);
  release.open();
  expect(await attempts[0]).toBeInstanceOf(Error);
  expect(await lake.coordinator.listDataflowRuns({ dataflow: target })).toEqual([]);
  expect(await lake.coordinator.startDataflowRunWithId(target)).toMatchObject({
    dataflowQueueList: [{ sourceRunId: sourceRun }],
  });
});
