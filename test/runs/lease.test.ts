// External jobs that promised heartbeats: one that stops is failed, and its late end is an operator's to accept.

import type { DataflowOptionsInput } from '../../src';
import { claimedBy, eventsOf, pair, runIn } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const expired = (runId: string) =>
  eventually(
    () => lake.coordinator.getDataflowRun(runId),
    ({ state }) => state === 'error',
  );

test('a run without heartbeats is failed; its late end is refused, and accepted by an operator', async () => {
  const { coordinator, client } = lake;
  const { source, target } = await pair(lake, 'stops', { trigger: { mode: 'auto' } });
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(source, { heartbeatTimeout: '1 s' });
  const run = await expired(runId);
  expect(run).toMatchObject({
    errorCode: 'LEASE_EXPIRED',
    message: 'No heartbeat came for 1 s: its lease has expired.',
  });
  await expect(client.workflow.getHandle(workflowId, runId).result()).rejects.toMatchObject({
    cause: { type: 'LEASE_EXPIRED' },
  });
  for (const late of [
    coordinator.finishDataflowRun('success', runId, { recordCount: 7 }),
    coordinator.finishDataflowRun('error', runId),
    coordinator.heartbeatDataflowRun(runId),
  ]) {
    await expect(late).rejects.toMatchObject({
      code: 'RUN_ALREADY_FINISHED',
      message: expect.stringContaining('LEASE_EXPIRED'),
      details: { errorCode: 'LEASE_EXPIRED' },
    });
  }
  const accepted = { status: 'success', recordCount: 7 } as const;
  expect(await coordinator.operations.acceptRun(runId, accepted, { by: 'ann' })).toMatchObject({ changed: true });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 7, errorCode: null });
  expect(await eventsOf(lake, runId)).toEqual(['started', 'error', 'accept', 'success']);
  expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual([runId]);
  await expect(coordinator.operations.acceptRun(runId, accepted)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('heartbeats keep a run, for as long as they come', async () => {
  const { coordinator } = lake;
  const { source } = await pair(lake, 'lives', {}, { job: { type: 'external', heartbeatTimeout: '2 s' } });
  const { runId } = await coordinator.startDataflowRunWithId(source);
  const since = Date.now();
  await eventually(
    async () => {
      await coordinator.heartbeatDataflowRun(runId);
      return Date.now() - since;
    },
    (passed) => passed > 4_000,
    { everyMs: 300 },
  );
  const { state, heartbeatAt, startedAt } = await coordinator.getDataflowRun(runId);
  expect(state).toBe('started');
  expect(heartbeatAt!.getTime()).toBeGreaterThan(startedAt!.getTime());
  expect((await coordinator.why({ runId })).text).toContain(
    'It promised a heartbeat every 2 s; it was last heard of at',
  );
  await expired(runId);
});

test('a late end is not accepted once others have taken over', async () => {
  const { coordinator } = lake;
  const { target, produce } = await pair(lake, 'taken-over', { onError: 'release' });
  await produce();
  const { runId } = await coordinator.startDataflowRunWithId(target, { heartbeatTimeout: '500 ms' });
  await expired(runId);
  const other = await coordinator.startDataflowRunWithId(target);
  expect(other.sourceCount).toBe(1);
  await expect(coordinator.operations.acceptRun(runId, { status: 'success' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { consumedBy: other.runId },
  });
  await coordinator.finishDataflowRun('success', other.runId);
});

test('a late end that is accepted takes back what the run had given back', async () => {
  const { coordinator } = lake;
  const { target, produce } = await pair(lake, 'taken-back', { onError: 'release' });
  await produce();
  const { runId } = await coordinator.startDataflowRunWithId(target, { heartbeatTimeout: '500 ms' });
  await expired(runId);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toHaveLength(1);
  await coordinator.operations.acceptRun(runId, { status: 'success' });
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toEqual([]);
});

test('a lease is refused where no heartbeat is heard: a job that is no external one, a workflow of its own', async () => {
  const { coordinator, client, db } = lake;
  const create = (name: string, options: DataflowOptionsInput) =>
    coordinator.createDataflow(lake.zone('rz'), name, '', '', options);
  const heartbeatTimeout = '1 s';
  const refused = { code: 'INVALID_ARGUMENT', details: { field: 'heartbeatTimeout' } };
  const job = { type: 'activity', name: 'echoJob' } as const;
  const unheard = {
    activity: { job },
    workflow: { job: { ...job, type: 'workflow' } },
    own: { workflowType: 'gatedEtl' },
  };
  for (const [name, options] of Object.entries(unheard)) {
    const id = await create(`refused-${name}`, options as DataflowOptionsInput);
    await expect(coordinator.startDataflowRunWithId(id, { heartbeatTimeout })).rejects.toMatchObject(refused);
    expect(await coordinator.listDataflowRuns({ dataflow: id })).toEqual([]);
  }
  await expect(
    create('both', { workflowType: 'gatedEtl', job: { type: 'external', heartbeatTimeout } }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'job.heartbeatTimeout' } });

  // The dataflow's own lease is of its external job: another workflow's run promises nothing.
  const id = await create('around', { job: { type: 'external', heartbeatTimeout } });
  const handle = await client.workflow.start('gatedEtl', {
    taskQueue: lake.taskQueue,
    workflowId: `${lake.taskQueue}-around`,
    args: [{ dataflow: id }],
  });
  const { runId } = await handle.executeUpdate<{ runId: string }, []>('startedRun');
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ heartbeatTimeoutMs: null });
  // As an earlier version opened it.
  await db.write(
    'UPDATE dataflow_run SET heartbeat_timeout = 500, heartbeat_at = heartbeat_at - INTERVAL 3 HOUR WHERE run_id = ?',
    [runId],
  );
  expect((await coordinator.examine({ graceMs: 0 })).findings).toEqual([]);
  await handle.signal('openGate');
  await handle.result();
});

test('heartbeats that no worker has handled yet keep a run as well', async () => {
  const { coordinator, client, db } = lake;
  const now = { graceMs: 0 };
  const taskQueue = `${lake.taskQueue}-away`;
  const worker = await lake.startWorker({ taskQueue });
  const id = await coordinator.createDataflow(lake.zone('rz'), 'away', '', '', { taskQueue });
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 hour' });
  await worker.stop();
  await coordinator.heartbeatDataflowRun(runId);
  // As MySQL sees it when the job has sent heartbeats for hours that no worker of its run has heard.
  await db.write('UPDATE dataflow_run SET heartbeat_at = heartbeat_at - INTERVAL 3 HOUR WHERE run_id = ?', [runId]);
  expect((await coordinator.examine(now)).findings).toEqual([]);
  expect((await coordinator.heal(now)).healed).toEqual([]);
  await lake.startWorker({ taskQueue });
  await eventually(
    () => client.workflow.getHandle(workflowId, runId).describe(),
    ({ raw }) => !raw.pendingWorkflowTask,
  );
  await coordinator.finishDataflowRun('success', runId);
});
