// A run that a trigger opened, and that still waits, gives way to a rerun in its slot: it holds nothing, and what it waited with
// stays in the queue.

import { Database } from '../../src';
import type { SqlValue } from '../../src/store/database';
import { claimedBy, runIn, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { flows, JOB, ranOf, reached, replayed } from '../support/replays';
import { eventually } from '../support/wait';

let lake: Lake;
let failing = false;
beforeAll(async () => {
  const job = async () => {
    if (failing) throw new Error('broken');
    return { recordCount: 1 };
  };
  lake = await makeLake({ activities: { job } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const ALL = { trigger: { mode: 'auto' }, ...JOB } as const;

/** a, b → end, which has run once; then b has run once more, and end waits for a. */
async function waiting(name: string) {
  const ids = await flows(lake, name, { a: JOB, b: JOB, end: ALL }, ['a>end', 'b>end']);
  const a = await ranOf(lake, ids.a);
  const b = await ranOf(lake, ids.b);
  const [run] = await reached(lake, ids.end, 1);
  const later = await ranOf(lake, ids.b);
  const [waits] = await reached(lake, ids.end, 1, 'waiting');
  return { ...ids, a: { id: ids.a, run: a }, b: { id: ids.b, run: b, later }, runId: run!.runId, waits: waits! };
}

/** The slot waits again, and goes on as soon as its sources have come. */
async function goesOn({ a, b, end }: Awaited<ReturnType<typeof waiting>>): Promise<void> {
  await runIn(lake, end, 'waiting');
  const next = await ranOf(lake, a.id);
  const run = await eventually(
    () => runsOf(lake, end, 'success'),
    ([newest]) => newest?.rerunOf === null && newest.endedAt !== null,
  );
  expect((await claimedBy(lake, run[0]!.runId)).sort()).toEqual([b.later, next].sort());
}

test('to a step of a replay', async () => {
  const flow = await waiting('replay');
  const { steps } = await replayed(lake, flow.a.run);
  expect(steps).toMatchObject([
    { state: 'success' },
    { of: flow.runId, state: 'success', claimed: [steps[0]!.as, flow.b.run].sort() },
  ]);
  await goesOn(flow);
});

test('to a retry', async () => {
  failing = true;
  const { coordinator } = lake;
  const ids = await flows(lake, 'retry', { a: {}, b: {}, end: ALL }, ['a>end', 'b>end']);
  const finish = async (dataflow: string) => {
    const { runId } = await coordinator.startDataflowRunWithId(dataflow);
    await coordinator.finishDataflowRun('success', runId);
    return runId;
  };
  const sources = [await finish(ids.a), await finish(ids.b)];
  const [failed] = await reached(lake, ids.end, 1, 'error');
  failing = false;
  const later = await finish(ids.b);
  await reached(lake, ids.end, 1, 'waiting');
  const retry = await coordinator.retryDataflowRun(failed!.runId, { requestId: 'r-1' });
  expect(retry.dataflowQueueList.map(({ sourceRunId }) => sourceRunId).sort()).toEqual(sources.sort());
  expect((await coordinator.retryDataflowRun(failed!.runId, { requestId: 'r-1' })).runId).toBe(retry.runId);
  await reached(lake, ids.end, 1);
  await runIn(lake, ids.end, 'waiting');
  const next = await finish(ids.a);
  const [, run] = await reached(lake, ids.end, 2);
  expect((await claimedBy(lake, run!.runId)).sort()).toEqual([later, next].sort());
});

test('to a replay that is asked for twice at once: both are told of the one run', async () => {
  const flow = await waiting('twice');
  const replay = () => lake.coordinator.replayDataflowRun(flow.runId, { requestId: 'r-2' });
  const { select } = Database.prototype;
  let looks = 0;
  let other: string | undefined;
  // The first was told that the slot is taken, and looks whether the run that has it gives way: the second has just done that.
  Database.prototype.select = async function <Row>(this: Database, sql: string, values?: readonly SqlValue[]) {
    if (sql.includes('r.run_id = ?') && values?.[0] === flow.waits.runId && ++looks === 2) {
      Database.prototype.select = select;
      other = (await replay()).runId;
    }
    return select.call(this, sql, values) as Promise<Row[]>;
  };
  const { runId: told } = await replay().finally(() => {
    Database.prototype.select = select;
  });
  expect(told).toBe(other);
  await reached(lake, flow.end, 2);
  await goesOn(flow);
});

test('a start that met a run which has ended meanwhile asks again, and is not given the same answer for ever', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'ended-meanwhile');
  const workflowId = `${lake.taskQueue}-of-its-own`;
  await client.workflow.start('dataflowRun', { workflowId, taskQueue: lake.taskQueue, args: [{ dataflow: id }] });
  const { runId: first } = await runIn(lake, id, 'started');
  const { select } = Database.prototype;
  let looks = 0;
  // The client looks for its request first, then the start's own workflow, then the client, which was told that the slot is taken.
  Database.prototype.select = async function <Row>(this: Database, sql: string, values?: readonly SqlValue[]) {
    if (sql.includes('r.request_id = ?') && ++looks === 3) await coordinator.finishDataflowRun('success', first);
    return select.call(this, sql, values) as Promise<Row[]>;
  };
  const next = await coordinator.startDataflowRunWithId(id, { requestId: 's-1' }).finally(() => {
    Database.prototype.select = select;
  });
  expect(looks).toBeGreaterThan(3);
  expect(next).toMatchObject({ state: 'started' });
  await coordinator.finishDataflowRun('success', next.runId);
});

test('whichever comes first, the rerun or what it waits for: nothing is lost, and nothing consumed twice', async () => {
  for (let round = 0; round < 20; round++) {
    const flow = await waiting(`race-${String(round)}`);
    const [retried] = await Promise.allSettled([
      lake.coordinator.replayDataflowRun(flow.runId),
      ranOf(lake, flow.a.id),
    ]);
    const { length } = await eventually(
      () => runsOf(lake, flow.end),
      (runs) => runs.length >= 2 && runs.every(({ endedAt }) => endedAt !== null),
    );
    if (retried.status === 'rejected') expect(retried.reason).toMatchObject({ code: 'ALREADY_ACTIVE' });
    await reached(lake, flow.end, retried.status === 'rejected' ? 2 : 3);
    expect(length).toBeLessThanOrEqual(3);
    const next = (await runsOf(lake, flow.end)).find(({ runId, rerunOf }) => rerunOf === null && runId !== flow.runId);
    expect(await claimedBy(lake, next!.runId)).toContain(flow.b.later);
  }
}, 120_000);
