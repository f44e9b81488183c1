// What failed runs gave back is in the queue once, whoever gave it back: no run claims a source run twice.

import { claimedBy, eventsOf, pair, produce, runIn, runsOf } from '../support/flow';
import type { Pair } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());
beforeEach(async () => {
  expect(await violations(lake.db)).toEqual([]);
});

const readyOf = async ({ target }: Pair): Promise<string[]> =>
  (await lake.coordinator.fetchReadyDataflowSourceByTargetId(target)).map(({ sourceRunId }) => sourceRunId);

/** A success of the target, and two replays of it that failed. */
async function replayedInVain(name: string) {
  const { coordinator } = lake;
  const flow = await pair(lake, name, { onError: 'release' });
  const source = await flow.produce();
  const { runId } = await coordinator.startDataflowRunWithId(flow.target);
  await coordinator.finishDataflowRun('success', runId);
  const replays: string[] = [];
  for (const _ of ['one', 'two']) {
    const replay = await coordinator.replayDataflowRun(runId);
    await coordinator.finishDataflowRun('error', replay.runId);
    replays.push(replay.runId);
  }
  return { ...flow, first: runId, sourceRun: source, replays };
}

/** As earlier versions left it: one source run ready twice for one slot, each time given back by a replay. */
async function readyTwice(name: string) {
  const flow = await replayedInVain(name);
  for (const replay of flow.replays) {
    await lake.db.write(
      `INSERT INTO dataflow_queue (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, attempt,
                                   cause, rerun_of, ready_at)
       SELECT relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, attempt + 10, 'release', ?, ready_at
       FROM dataflow_queue
       WHERE target_run_id = ?`,
      [replay, replay],
    );
  }
  const { runId } = await lake.coordinator.startDataflowRunWithId(flow.target);
  expect(await claimedBy(lake, runId)).toEqual([flow.sourceRun, flow.sourceRun]);
  return { ...flow, runId };
}

test('a run that failed and its retry give a source back once; a run claims it once, and ends', async () => {
  const { coordinator } = lake;
  const flow = await pair(lake, 'once', { onError: 'release' });
  const source = await flow.produce();
  const failed: string[] = [];
  const fails = async ({ runId }: { runId: string }): Promise<void> => {
    expect(await claimedBy(lake, runId)).toEqual([source]);
    await coordinator.finishDataflowRun('error', runId);
    expect(await readyOf(flow)).toEqual([source]);
    failed.push(runId);
  };
  await fails(await coordinator.startDataflowRunWithId(flow.target));
  await fails(await coordinator.retryDataflowRun(failed[0]!));
  await fails(await coordinator.startDataflowRunWithId(flow.target));
  const last = failed.pop()!;
  for (const runId of failed) {
    await expect(coordinator.retryDataflowRun(runId)).rejects.toMatchObject({ details: { field: 'runId' } });
  }
  const retry = await coordinator.retryDataflowRun(last);
  expect(await claimedBy(lake, retry.runId)).toEqual([source]);
  await coordinator.finishDataflowRun('success', retry.runId);
  expect(await readyOf(flow)).toEqual([]);
});

test('replays that failed give nothing back: a run that succeeded has consumed it; nor do their retries', async () => {
  const { coordinator } = lake;
  const flow = await replayedInVain('in-vain');
  expect(await readyOf(flow)).toEqual([]);
  const retry = await coordinator.retryDataflowRun(flow.replays[1]!);
  expect(await claimedBy(lake, retry.runId)).toEqual([flow.sourceRun]);
  await coordinator.finishDataflowRun('error', retry.runId);
  expect(await readyOf(flow)).toEqual([]);
  const replay = await coordinator.replayDataflowRun(flow.first);
  await lake.client.workflow.getHandle(replay.workflowId).terminate();
  const next = await flow.produce();
  const run = await coordinator.startDataflowRunWithId(flow.target);
  expect(await coordinator.getDataflowRun(replay.runId)).toMatchObject({ state: 'orphaned' });
  expect(await claimedBy(lake, run.runId)).toEqual([next]);
  await coordinator.finishDataflowRun('success', run.runId);
});

test('a replay of several runs that fails gives back what was made anew, and nothing else', async () => {
  const { coordinator, client } = lake;
  const flow = await pair(lake, 'anew', { onError: 'release' });
  const other = await coordinator.createDataflow(lake.zone('oz'), 'anew');
  await coordinator.associateSourceToTarget(other, flow.target);
  const root = await flow.produce();
  const otherRun = await produce(lake, other);
  await produce(lake, flow.target);
  const { workflowId } = await coordinator.replayDownstream(root);
  const { runId: again } = await runIn(lake, flow.source, 'started');
  await coordinator.finishDataflowRun('success', again);
  const { runId } = await runIn(lake, flow.target, 'started');
  expect((await claimedBy(lake, runId)).sort()).toEqual([again, otherRun].sort());
  await coordinator.finishDataflowRun('error', runId);
  await expect(client.workflow.getHandle(workflowId).result()).rejects.toThrow();
  expect(await readyOf(flow)).toEqual([again]);
  // The operator may have them consumed otherwise, or as they were to be.
  const retry = await coordinator.retryDataflowRun(runId);
  expect((await claimedBy(lake, retry.runId)).sort()).toEqual([again, otherRun].sort());
  await coordinator.finishDataflowRun('success', retry.runId);
  expect(await readyOf(flow)).toEqual([]);
});

test('a replay takes what one that was cleared gave back, so that nothing of it is left when it succeeds', async () => {
  const { coordinator } = lake;
  const flow = await replayedInVain('takes');
  const cleared = await coordinator.replayDataflowRun(flow.first);
  await coordinator.operations.clearRun(cleared.runId);
  expect(await readyOf(flow)).toEqual([flow.sourceRun]);
  const replay = await coordinator.replayDataflowRun(flow.first);
  expect(await claimedBy(lake, replay.runId)).toEqual([flow.sourceRun]);
  await coordinator.finishDataflowRun('success', replay.runId);
  expect(await readyOf(flow)).toEqual([]);
  await expect(coordinator.retryDataflowRun(cleared.runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { consumedBy: replay.runId },
  });
});

test('what another run has queued again already goes along, and is not queued twice', async () => {
  const { coordinator, client } = lake;
  const flow = await pair(lake, 'cleared');
  const source = await flow.produce();
  const { runId: first } = await coordinator.startDataflowRunWithId(flow.target);
  await coordinator.finishDataflowRun('success', first);
  const orphaned = await coordinator.replayDataflowRun(first);
  await client.workflow.getHandle(orphaned.workflowId).terminate();
  const replay = await coordinator.replayDataflowRun(first);
  expect(await runsOf(lake, flow.target, 'orphaned')).toHaveLength(1);
  await coordinator.operations.clearRun(orphaned.runId);
  expect(await readyOf(flow)).toEqual([source]);
  await coordinator.operations.clearRun(replay.runId);
  expect(await readyOf(flow)).toEqual([source]);
  const next = await coordinator.startDataflowRunWithId(flow.target);
  await coordinator.finishDataflowRun('success', next.runId);
  await expect(coordinator.retryDataflowRun(replay.runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { consumedBy: next.runId },
  });
});

describe('a run that an earlier version let claim a source run twice', () => {
  // It breaks what holds otherwise.
  afterEach(async () => {
    await lake.db.write('DELETE FROM dataflow_queue');
    await lake.db.write('DELETE FROM run_event');
    await lake.db.write('DELETE FROM dataflow_run');
  });

  test('fails, is retried on both, and gives the source back once', async () => {
    const { coordinator } = lake;
    const flow = await readyTwice('old-fails');
    expect(await coordinator.finishDataflowRun('error', flow.runId)).toMatchObject({ state: 'error' });
    expect(await readyOf(flow)).toEqual([flow.sourceRun]);
    const retry = await coordinator.retryDataflowRun(flow.runId);
    expect(await claimedBy(lake, retry.runId)).toEqual([flow.sourceRun]);
    await coordinator.finishDataflowRun('success', retry.runId);
  });

  test('is cancelled', async () => {
    const flow = await readyTwice('old-cancel');
    expect(await lake.coordinator.cancelDataflowRun(flow.runId)).toMatchObject({ state: 'cancelled' });
    expect(await readyOf(flow)).toEqual([flow.sourceRun]);
  });

  test('is cleared', async () => {
    const flow = await readyTwice('old-clear');
    expect(await lake.coordinator.operations.clearRun(flow.runId)).toMatchObject({ state: 'cancelled' });
    expect(await readyOf(flow)).toEqual([flow.sourceRun]);
  });

  test('is orphaned by the next start, which gets the source', async () => {
    const { coordinator, client } = lake;
    const flow = await readyTwice('old-orphan');
    await client.workflow.getHandle(`dlc:${flow.targetKey}`).terminate();
    const next = await coordinator.startDataflowRunWithId(flow.target);
    expect(await claimedBy(lake, next.runId)).toEqual([flow.sourceRun]);
    expect(await eventsOf(lake, flow.runId)).toEqual(['started', 'release', 'orphaned']);
    expect(await runIn(lake, flow.target, 'started')).toMatchObject({ runId: next.runId });
    await coordinator.finishDataflowRun('success', next.runId);
  });
});
