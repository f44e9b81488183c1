// MySQL refuses the worker's login for a while (a password is rotated, a grant is lost): that is the worker's trouble, and no answer
// to what a run asked for.

import { randomUUID } from 'node:crypto';
import { Database, LineagePlugin } from '../../src';
import { makeDatabase, makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { claimedBy, runIn } from '../support/flow';
import { gate } from '../support/gate';
import { violations } from '../support/invariants';
import { setting } from '../support/settings';
import { eventually } from '../support/wait';

const name = `dlc_test_${randomUUID().slice(0, 8)}`;
const user = `etl${randomUUID().slice(0, 8)}`;
let running = gate();
let goOn = gate();

let root: Database;
let lake: Lake;
let workersUrl: string;
beforeAll(async () => {
  const { url, db } = await makeDatabase(name);
  await db.close();
  root = new Database(setting('DLC_TEST_MYSQL_URL'));
  await root.write(`CREATE USER '${user}'@'%' IDENTIFIED BY 'one'`);
  await root.write(`GRANT ALL ON ${name}.* TO '${user}'@'%'`);
  const gatedJob = async () => {
    running.open();
    await goOn.opened;
    return { recordCount: 7 };
  };
  lake = await makeLake({ worker: false, mysqlUrl: url, activities: { gatedJob } });
  const own = new URL(url);
  own.username = user;
  own.password = 'one';
  workersUrl = own.href;
  await lake.startWorker({ plugins: [new LineagePlugin({ mysql: workersUrl, housekeeper: false })] });
});
afterAll(async () => {
  await lake.close();
  await root.write(`DROP DATABASE ${name}`);
  await root.write(`DROP USER '${user}'@'%'`);
  await root.close();
});

async function disconnect(): Promise<void> {
  const own = await root.select<{ id: number }>('SELECT id AS id FROM information_schema.processlist WHERE user = ?', [
    user,
  ]);
  // One may be gone by then.
  for (const { id } of own) await root.write(`KILL ${String(id)}`).catch(() => undefined);
}

/** It has tried as a local activity, was refused, and goes on as a regular one. */
async function keepsTrying(workflowId: string, activity: string): Promise<void> {
  const handle = lake.client.workflow.getHandle(workflowId);
  await eventually(
    async () => (await handle.describe()).raw.pendingActivities ?? [],
    (pending) => pending.some(({ activityType, attempt }) => activityType?.name === activity && Number(attempt) > 1),
  );
}

test.each([
  ['login', `ALTER USER '${user}'@'%' IDENTIFIED BY 'two'`, `ALTER USER '${user}'@'%' IDENTIFIED BY 'one'`],
  ['access', `REVOKE ALL ON ${name}.* FROM '${user}'@'%'`, `GRANT ALL ON ${name}.* TO '${user}'@'%'`],
])(
  "while MySQL refuses the worker's %s, runs that end and runs that wait are tried again; nothing of them is lost",
  async (what, refuse, allow) => {
    running = gate();
    goOn = gate();
    const { coordinator, client } = lake;
    const source = await coordinator.createDataflow(lake.zone('rz'), what, '', '', {
      job: { type: 'activity', name: 'gatedJob' },
    });
    const target = await coordinator.createDataflow(lake.zone('sz'), what);
    await coordinator.associateSourceToTarget(source, target);
    const waiting = await coordinator.startDataflowRunWithId(target, { wait: true });
    const { runId, workflowId } = await coordinator.startDataflowRunWithId(source);
    await running.opened;

    await root.write(refuse);
    await disconnect();
    goOn.open();
    await client.workflow.getHandle(waiting.workflowId).signal('sourceFinished');
    await keepsTrying(workflowId, 'lineageFinishRun');
    await keepsTrying(waiting.workflowId, 'lineageClaimSources');
    // To a caller with that login, it is the answer, at once.
    const own = new Database(workersUrl);
    await expect(own.select('SELECT * FROM dataflow')).rejects.toMatchObject({
      code: what === 'login' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED',
    });
    await own.close();
    await root.write(allow);
    await disconnect();

    await expect(client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ runId, recordCount: 7 });
    const run = await runIn(lake, target, 'started');
    expect(run.runId).toBe(waiting.runId);
    expect(await claimedBy(lake, run.runId)).toEqual([runId]);
    await coordinator.finishDataflowRun('success', run.runId);
    expect(await violations(lake.db)).toEqual([]);
  },
);
