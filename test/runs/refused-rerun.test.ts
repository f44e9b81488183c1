// A retry or a replay that is refused: the words fit it, its requestId makes no difference, and it costs no workflow.

import { pair, runsOf } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

/** A target of which partition `d=1` has ended in `status`; and how to start `d=2`. */
async function ended(name: string, status: 'success' | 'error') {
  const { coordinator } = lake;
  const flow = await pair(lake, name, { partitioned: true, maxConcurrentRuns: 1 });
  for (const partitionKey of ['d=1', 'd=2']) await flow.produce(partitionKey);
  const { runId } = await coordinator.startDataflowRunWithId(flow.target, { partitionKey: 'd=1' });
  await coordinator.finishDataflowRun(status, runId);
  return { ...flow, runId, other: () => coordinator.startDataflowRunWithId(flow.target, { partitionKey: 'd=2' }) };
}

test.each([
  ['retry', 'error'],
  ['replay', 'success'],
] as const)('a %s that finds no place, or a pause, is told to come again', async (cause, status) => {
  const { coordinator, client } = lake;
  const { target, targetKey, runId, other } = await ended(cause, status);
  const rerun = () => (cause === 'retry' ? coordinator.retryDataflowRun(runId) : coordinator.replayDataflowRun(runId));
  const { runId: running } = await other();
  await expect(rerun()).rejects.toMatchObject({
    code: 'ALREADY_ACTIVE',
    message: `${targetKey} has as many runs at once as it may (maxConcurrentRuns: 1). When one has ended, ${cause} run ${runId} again.`,
    details: { maxConcurrentRuns: 1, running: 1 },
  });
  await expect(client.workflow.getHandle(`dlc-rerun:${runId}`).describe()).rejects.toMatchObject({
    name: 'WorkflowNotFoundError',
  });
  await coordinator.finishDataflowRun('success', running);
  await coordinator.operations.pauseDataflow(target);
  await expect(rerun()).rejects.toMatchObject({
    code: 'DATAFLOW_DISABLED',
    message: expect.stringMatching(new RegExp(`\\. Resume it first, then ${cause} run ${runId}\\.$`)),
  });
  await coordinator.operations.resumeDataflow(target);
  expect(await rerun()).toMatchObject({ state: 'started', sourceCount: 1 });
});

test('a start that finds no place is told that it may wait', async () => {
  const { coordinator } = lake;
  const { target, other } = await ended('start', 'success');
  await other();
  await expect(
    coordinator.startDataflowRunWithId(target, { partitionKey: 'd=1', dependencyCheck: 'ignore' }),
  ).rejects.toMatchObject({
    message: expect.stringContaining('Start it again when one has ended, or with wait: true to wait in line.'),
  });
});

test('what can not be run once more is refused for that, with a requestId too, whoever has the slot', async () => {
  const { coordinator } = lake;
  const { target, produce } = await pair(lake, 'wrong');
  await produce();
  const { runId } = await coordinator.startDataflowRunWithId(target);
  await coordinator.finishDataflowRun('success', runId);
  await produce();
  const { runId: other } = await coordinator.startDataflowRunWithId(target);
  for (const options of [{}, { requestId: 'wrong-1' }]) {
    await expect(coordinator.retryDataflowRun(runId, options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'runId', runId, instead: 'replay' },
    });
    await expect(coordinator.replayDataflowRun(runId, options)).rejects.toMatchObject({
      code: 'ALREADY_ACTIVE',
      details: { runId: other },
    });
  }
  expect(await runsOf(lake, target)).toHaveLength(2);
});

test('a rerun asked for again is what it made, while it is open and when it has succeeded', async () => {
  const { coordinator } = lake;
  const { target, runId } = await ended('again', 'error');
  const retry = () => coordinator.retryDataflowRun(runId, { requestId: 'again-1' });
  const made = await retry();
  expect((await retry()).runId).toBe(made.runId);
  const others = [{}, { requestId: 'again-2' }].map((options) => coordinator.retryDataflowRun(runId, options));
  for (const other of await Promise.allSettled(others)) {
    expect(other).toMatchObject({ reason: { code: 'ALREADY_ACTIVE', details: { runId: made.runId } } });
  }
  await coordinator.finishDataflowRun('success', made.runId);
  expect(await retry()).toMatchObject({ runId: made.runId, state: 'success' });
  await expect(coordinator.retryDataflowRun(runId, { requestId: 'again-2' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'runId', rerun: made.runId },
  });
  expect(await runsOf(lake, target)).toHaveLength(2);
});
