// What a run without targets costs: history events in Temporal, write transactions in MySQL.

import { getClient } from '@temporalio/activity';
import { createActivities } from '../../src/activities';
import { slotWorkflowId } from '../../src/domain/slot';
import { Database } from '../../src/store';
import type { Queryable } from '../../src/store';
import { SearchAttributes } from '../../src/temporal/search-attributes';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

/** Counts the transactions that write. */
class CountingDatabase extends Database {
  writes = 0;

  override write(...args: Parameters<Database['write']>): ReturnType<Database['write']> {
    this.writes++;
    return super.write(...args);
  }

  override async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    let wrote = false;
    const result = await super.transaction((tx) =>
      work({
        select: (...args) => tx.select(...args),
        write: (...args) => {
          wrote = true;
          return tx.write(...args);
        },
      }),
    );
    if (wrote) this.writes++;
    return result;
  }
}

let lake: Lake;
let db: CountingDatabase;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  db = new CountingDatabase(lake.mysqlUrl);
  const warn = (): void => undefined;
  await lake.startWorker({
    plugins: [],
    activities: createActivities({ db, client: getClient, searchAttributes: new SearchAttributes(warn), warn }),
  });
});
afterAll(async () => {
  await lake.close();
  await db.close();
});

interface Costs {
  readonly events: number;
  readonly writes: number;
}

async function costOf(name: string, run: (key: string, workflowId: string) => Promise<unknown>): Promise<Costs> {
  const { key } = await lake.coordinator.getDataflow(await lake.coordinator.createDataflow(lake.zone('rz'), name));
  const workflowId = slotWorkflowId(key, '');
  const before = db.writes;
  await run(key, workflowId);
  await lake.client.workflow.getHandle(workflowId).result();
  return { events: (await eventTypes(lake.client, workflowId)).length, writes: db.writes - before };
}

test('started and finished by signals that come together', async () => {
  const cost = await costOf('together', (dataflow, workflowId) =>
    lake.client.workflow.signalWithStart('dataflowRun', {
      workflowId,
      taskQueue: lake.taskQueue,
      args: [{ dataflow }],
      signal: 'finish',
      signalArgs: [{ status: 'success', recordCount: 1 }],
    }),
  );
  expect(cost).toEqual({ events: 8, writes: 2 });
});

test('started, and finished later by a signal', async () => {
  const cost = await costOf('later', async (dataflow, workflowId) => {
    const handle = await lake.client.workflow.start('dataflowRun', {
      workflowId,
      taskQueue: lake.taskQueue,
      args: [{ dataflow }],
    });
    // Not before it has opened: signalled in time, it takes both at once. (A query would cost a workflow task now and then.)
    await eventually(
      () => eventTypes(lake.client, workflowId),
      (events) => events.includes('MARKER_RECORDED'),
    );
    await handle.signal('finish', { status: 'success', recordCount: 1 });
  });
  expect(cost).toEqual({ events: 11, writes: 2 });
});

test('started and finished through the client, both answered', async () => {
  const cost = await costOf('answered', async (key) => {
    const { runId } = await lake.coordinator.startDataflowRunWithId(key);
    await lake.coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
  });
  expect(cost).toEqual({ events: 14, writes: 2 });
});
