// A run's end beside something else: a start, a cancel, another end.

import { Client, Connection } from '@temporalio/client';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { DlcError } from '../../src';
import type { Run } from '../../src';
import { cancelExecution } from '../../src/temporal/cancel-execution';
import { makeLake } from '../support/lake';
import type { Lake, RunningWorker } from '../support/lake';
import { setting } from '../support/settings';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

async function autoTarget(name: string): Promise<{ source: string; target: string }> {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), name);
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode: 'auto' } });
  await lake.coordinator.associateSourceToTarget(source, target);
  return { source, target };
}

async function produce(source: string): Promise<void> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(source);
  await lake.coordinator.finishDataflowRun('success', runId);
}

/** The target's started run, once it isn't `before`. */
const startedRun = async (target: string, before?: string): Promise<Run> => {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
    ([newest]) => newest !== undefined && newest.runId !== before,
  );
  return run!;
};

/** Ends a run in MySQL alone, as when the workflow task with the message that ended it was lost. */
const endInMysql = (runId: string) =>
  lake.db.write(
    `UPDATE dataflow_run SET state = 'success', open_slot = NULL, ended_at = UTC_TIMESTAMP(6) WHERE run_id = ?`,
    [runId],
  );

test('a start that races a finish gets a run, or is told who has the slot', async () => {
  const { coordinator } = lake;
  const odd: unknown[] = [];
  const lane = async (name: string): Promise<void> => {
    const id = await coordinator.createDataflow(lake.zone('rz'), 'race', name);
    let run = await coordinator.startDataflowRunWithId(id);
    for (let round = 0; round < 40; round++) {
      const [, start] = await Promise.allSettled([
        coordinator.finishDataflowRun('success', run.runId),
        delay(round % 12).then(() => coordinator.startDataflowRunWithId(id)),
      ]);
      if (
        start.status === 'rejected' &&
        !(start.reason instanceof DlcError && start.reason.code === 'ALREADY_ACTIVE')
      ) {
        odd.push(start.reason);
      }
      run = start.status === 'fulfilled' ? start.value : await coordinator.startDataflowRunWithId(id);
    }
    await coordinator.finishDataflowRun('success', run.runId);
  };
  await Promise.all(['a', 'b', 'c'].map(lane));
  expect(odd).toEqual([]);
}, 60_000);

test('a cancel never reaches the next run of the slot', async () => {
  const { coordinator } = lake;
  const { source, target } = await autoTarget('cancelled');
  await produce(source);
  const run = await startedRun(target);
  await produce(source);
  let next: Run | undefined;
  const connection = await Connection.connect({ address: setting('DLC_TEST_TEMPORAL_ADDRESS') });
  const endsFirst: WorkflowClientInterceptor = {
    cancel: async (input, cancel) => {
      if (!next) {
        await coordinator.finishDataflowRun('success', run.runId);
        next = await startedRun(target, run.runId);
      }
      return cancel(input);
    },
  };
  const temporal = new Client({ connection, interceptors: { workflow: [endsFirst] } });
  expect(await cancelExecution(temporal, run)).toEqual({ execution: run.runId });
  await connection.close();
  expect(await coordinator.getDataflowRun(run.runId)).toMatchObject({ state: 'success' });
  await coordinator.finishDataflowRun('success', next!.runId);
  expect(await coordinator.getDataflowRun(next!.runId)).toMatchObject({ state: 'success' });
});

test.each(['cancel', 'finish', 'repeated finish'])(
  'an end that MySQL alone knows, then a %s: the next run comes',
  async (what) => {
    const { coordinator, client } = lake;
    const { source, target } = await autoTarget(`lost-${what.replace(' ', '-')}`);
    await produce(source);
    const run = await startedRun(target);
    const [other] = [await coordinator.startDataflowRunWithId(source)];
    await endInMysql(run.runId);
    // The source's wake-up would make the run look by itself; its row is here without one.
    await lake.db.write(
      `INSERT INTO dataflow_queue (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, attempt, cause, ready_at)
     SELECT id, source_dataflow_id, target_dataflow_id, ?, '', 0, 'finish', UTC_TIMESTAMP(6)
     FROM dataflow_relation WHERE target_dataflow_id = ?`,
      [other.runId, target],
    );
    const handle = client.workflow.getHandle(run.workflowId);
    if (what === 'cancel') await handle.cancel();
    else if (what === 'repeated finish') await coordinator.finishDataflowRun('success', run.runId);
    else await handle.signal('finish', { status: 'error', message: 'no such bucket' });
    const next = await startedRun(target);
    expect((await coordinator.getDataflowRun(next.runId)).dataflowQueueList).toMatchObject([
      { sourceRunId: other.runId },
    ]);
  },
);

test('what a start is told at its deadline has a code', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'ends', '', '', { workflowType: 'gatedEtl' });
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await endInMysql(runId); // while its body goes on
  await expect(coordinator.startDataflowRunWithId(id, { timeoutMs: 5000 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  expect(events!.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(1);
  await client.workflow.getHandle(workflowId).terminate();
});

describe('a finish beside a wake-up', () => {
  let own: Lake;
  let worker: RunningWorker;
  beforeEach(async () => {
    own = await makeLake({ worker: false });
    worker = await own.startWorker();
  });
  afterEach(() => own.close());

  test.each(['signal', 'update'])('waits for what the wake-up finds, by %s', async (by) => {
    const { coordinator, client, db } = own;
    const sources = [
      await coordinator.createDataflow(own.zone('rz'), `first-${by}`),
      await coordinator.createDataflow(own.zone('rz'), `second-${by}`),
    ] as const;
    const target = await coordinator.createDataflow(own.zone('sz'), by, '', '', { trigger: { mode: 'auto' } });
    for (const source of sources) await coordinator.associateSourceToTarget(source, target);
    const { runId } = await coordinator.startDataflowRunWithId(sources[0]);
    await coordinator.finishDataflowRun('success', runId);
    const [waiting] = await eventually(
      () => coordinator.listDataflowRuns({ dataflow: target, state: 'waiting' }),
      ([run]) => run !== undefined,
    );
    await worker.stop();
    // The look of a wake-up has committed, and its workflow task was lost with the worker: it is given to another one.
    await db.write(`UPDATE dataflow_run SET state = 'started', started_at = UTC_TIMESTAMP(6) WHERE run_id = ?`, [
      waiting!.runId,
    ]);
    const handle = client.workflow.getHandle(waiting!.workflowId);
    await handle.signal('sourceFinished');
    const report = { status: 'success', recordCount: 5 } as const;
    const finished =
      by === 'signal'
        ? handle.signal('finish', report)
        : coordinator.finishDataflowRun('success', waiting!.runId, { recordCount: 5 });
    const [finish] = await Promise.allSettled([finished, delay(500).then(() => own.startWorker())]);
    expect(finish).toMatchObject({ status: 'fulfilled' });
    const ended = await eventually(
      () => coordinator.getDataflowRun(waiting!.runId),
      ({ state }) => state !== 'started',
    );
    expect(ended).toMatchObject({ state: 'success', recordCount: 5 });
  });
});
