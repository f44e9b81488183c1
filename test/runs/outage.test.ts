// MySQL gone for a minute in the middle of runs: nothing is lost, runs go on by themselves, histories stay short.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate, Database } from '../../src';
import { startMysql } from '../../src/local';
import type { StartedMysql } from '../../src/local';
import { eventTypes } from '../support/history';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

/** The length of the outage is what is tested. */
const OUTAGE_MS = 60_000;

let directory: string;
let mysql: StartedMysql;
let lake: Lake;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dlc-outage-'));
  const prefer = process.env['DLC_TEST_DATABASE'] === 'mysql' ? 'mysql' : 'mariadb';
  mysql = await startMysql({ dataDir: directory, prefer, log: () => undefined });
  const db = new Database(mysql.url);
  await migrate(db);
  await db.close();
  lake = await makeLake({ mysqlUrl: mysql.url });
}, 120_000);
afterAll(async () => {
  await lake.close();
  await mysql.stop();
  await rm(directory, { recursive: true, force: true });
});

test('runs that open, wait, run and end while MySQL is gone go on by themselves when it is back', async () => {
  const { coordinator, client, taskQueue } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'outage');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'outage', '', '', { trigger: { mode: 'auto' } });
  const other = await coordinator.createDataflow(lake.zone('rz'), 'opens');
  await coordinator.associateSourceToTarget(source, target);
  const ending = await coordinator.startDataflowRunWithId(source);

  await mysql.kill();
  // The client says so at once …
  await expect(coordinator.startDataflowRunWithId(source)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  // … and what reaches Temporal alone waits there.
  await client.workflow.getHandle(ending.workflowId).signal('finish', { status: 'success', recordCount: 9 });
  const opening = await client.workflow.start('dataflowRun', {
    taskQueue,
    workflowId: `${taskQueue}-opening`,
    args: [{ dataflow: other }],
  });
  await sleep(OUTAGE_MS);
  await mysql.restart();

  const [targetRun] = await eventually(
    () => coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
    (runs) => runs.length === 1,
  );
  await eventually(
    () => coordinator.listDataflowRuns({ dataflow: other, state: 'started' }),
    (runs) => runs.length === 1,
  );
  expect(await coordinator.getDataflowRun(ending.runId)).toMatchObject({ state: 'success', recordCount: 9 });
  const claimed = await coordinator.getDataflowRun(targetRun?.runId ?? '');
  expect(claimed.dataflowQueueList).toMatchObject([{ sourceRunId: ending.runId, recordCount: 9 }]);
  // Without the outage: 11 events for a run that has ended, 5 for one that is open.
  expect((await eventTypes(client, ending.workflowId, ending.runId)).length).toBeLessThanOrEqual(30);
  expect((await eventTypes(client, opening.workflowId)).length).toBeLessThanOrEqual(20);
  for (const run of await coordinator.listDataflowRuns({ state: 'started' })) {
    await coordinator.finishDataflowRun('success', run.runId);
  }
  expect(await violations(lake.db)).toEqual([]);
}, 240_000);
