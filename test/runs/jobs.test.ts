// Jobs of every kind, and workflows of a user's own.

import { ApplicationFailure } from '@temporalio/common';
import type { JobInput, Run, ZoneDataFlowCoordinator } from '../../src';
import { gate } from '../support/gate';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { nested } from '../support/nested';
import { eventually } from '../support/wait';

let lake: Lake;
let coordinator: ZoneDataFlowCoordinator;
const inputs: JobInput[] = [];
const letGo = gate();
let working = 0;
let most = 0;
const CENTURY = '36600 days';
const activities = {
  echoJob: async (input: JobInput) => {
    inputs.push(input);
    return { recordCount: 12, dataflowBatchRunId: 'echo', metadata: { seen: input.sourceCount } };
  },
  silentJob: async () => undefined,
  brokenJob: async () => {
    throw ApplicationFailure.nonRetryable('no such bucket', 'NoSuchBucket');
  },
  /** Ends when the test lets it, cancelled or not. */
  stubbornJob: async () => {
    working++;
    most = Math.max(most, working);
    await letGo.opened;
    working--;
  },
  oddJob: async () => ({ recordCount: -3 }),
  deepJob: async () => ({ metadata: nested(40) }),
  unpairedJob: async () => ({ metadata: { of: ['\ud800'] } }),
  longJob: async () => {
    throw ApplicationFailure.nonRetryable(`${'x'.repeat(4095)}\u{1F600}`);
  },
};
beforeAll(async () => {
  lake = await makeLake({ activities });
  coordinator = lake.coordinator;
});
afterAll(() => lake.close());

const ended = async (dataflow: string): Promise<Run> => {
  const [run] = await eventually(
    () => coordinator.listDataflowRuns({ dataflow }),
    ([newest]) => newest?.endedAt != null,
  );
  return run as Run;
};

/** A source, and an auto target with this job. */
async function pair(
  name: string,
  target: Parameters<ZoneDataFlowCoordinator['createDataflow']>[4],
): Promise<[string, string]> {
  const source = await coordinator.createDataflow(lake.zone('rz'), name);
  const id = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode: 'auto' }, ...target });
  await coordinator.associateSourceToTarget(source, id);
  return [source, id];
}

async function produce(source: string): Promise<string> {
  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', runId, { recordCount: 4 });
  return runId;
}

test('an activity job gets the claimed sources and its config, and reports what was written', async () => {
  const [source, target] = await pair('activity', { job: { type: 'activity', name: 'echoJob' }, config: { level: 3 } });
  const sourceRunId = await produce(source);
  const run = await ended(target);
  expect(run).toMatchObject({ state: 'success', recordCount: 12, batchRunId: 'echo', metadata: { seen: 1 } });
  expect(inputs.find((input) => input.runId === run.runId)).toMatchObject({
    dataflow: `${lake.zone('sz')}:activity`,
    partitionKey: null,
    sources: [{ sourceRunId, recordCount: 4 }],
    sourceCount: 1,
    config: { level: 3 },
  });
});

test('a workflow job is a child workflow, with the same argument and result', async () => {
  const [source, target] = await pair('workflow', { job: { type: 'workflow', name: 'childJob' } });
  await produce(source);
  const run = await ended(target);
  expect(run).toMatchObject({ state: 'success', recordCount: 1, batchRunId: `child of ${run.runId}` });
});

test("a user's own wrapped workflow is started by a trigger, and goes on into the next run", async () => {
  const [source, target] = await pair('wrapped', { workflowType: 'wrappedEtl' });
  for (let round = 1; round <= 3; round++) {
    await produce(source);
    await eventually(
      () => coordinator.listDataflowRuns({ dataflow: target, state: 'success' }),
      (runs) => runs.reduce((rows, run) => rows + (run.recordCount ?? 0), 0) === 4 * round,
    );
  }
});

test('a job that returns nothing is a success', async () => {
  const [source, target] = await pair('silent', { job: { type: 'activity', name: 'silentJob' } });
  await produce(source);
  expect(await ended(target)).toMatchObject({ state: 'success', recordCount: null });
});

test('a job that fails ends its run with the reason, and holds what it claimed', async () => {
  const [source, target] = await pair('broken', { job: { type: 'activity', name: 'brokenJob' } });
  const sourceRunId = await produce(source);
  const run = await ended(target);
  expect(run).toMatchObject({ state: 'error', message: 'no such bucket' });
  expect((await coordinator.getDataflowRun(run.runId)).dataflowQueueList).toMatchObject([{ sourceRunId }]);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toEqual([]);
});

test('a job that reports nonsense ends its run with what was wrong', async () => {
  const [source, target] = await pair('odd', { job: { type: 'activity', name: 'oddJob' } });
  await produce(source);
  expect(await ended(target)).toMatchObject({ state: 'error', message: expect.stringContaining('recordCount') });
});

test.each(['deepJob', 'unpairedJob'])(
  'a job whose metadata MySQL cannot hold (%s) ends its run with an error',
  async (name) => {
    const [source, target] = await pair(name, { job: { type: 'activity', name } });
    await produce(source);
    expect(await ended(target)).toMatchObject({ state: 'error', message: expect.stringContaining('metadata') });
  },
);

test('a job that fails with a message too long to keep ends its run with the beginning of it', async () => {
  const [source, target] = await pair('long', { job: { type: 'activity', name: 'longJob' } });
  await produce(source);
  expect(await ended(target)).toMatchObject({ state: 'error', message: `${'x'.repeat(4095)}\ufffd` });
});

test.each([
  [
    'retry',
    { type: 'activity', name: 'silentJob', retry: { initialInterval: '10 seconds', maximumInterval: '1 second' } },
  ],
  ['timeout', { type: 'activity', name: 'silentJob', startToCloseTimeout: '0s' }],
  ['duration', { type: 'activity', name: 'silentJob', startToCloseTimeout: 'soon' }],
  ['queue', { type: 'activity', name: 'silentJob', taskQueue: '/_sys/queue' }],
  ['child', { type: 'workflow', name: 'childJob', retry: { maximumInterval: '0s' } }],
  ['child-queue', { type: 'workflow', name: 'childJob', taskQueue: '/_sys/queue' }],
])('a registered job that Temporal cannot schedule (%s) ends its run with an error', async (name, job) => {
  const [source, target] = await pair(`impossible-${name}`, { job: { type: 'activity', name: 'silentJob' } });
  await lake.db.write('UPDATE dataflow SET job = ? WHERE id = ?', [JSON.stringify(job), target]);
  await produce(source);
  const run = await ended(target);
  expect(run).toMatchObject({ state: 'error', message: expect.stringContaining('job') });
  expect(await eventTypes(lake.client, run.workflowId, run.runId)).not.toContain('WORKFLOW_TASK_FAILED');
});

test.each([
  ['activity', { type: 'activity', name: 'silentJob', startToCloseTimeout: CENTURY, heartbeatTimeout: CENTURY }],
  ['workflow', { type: 'workflow', name: 'childJob', workflowExecutionTimeout: CENTURY }],
] as const)(
  'the longest times and most attempts that registration takes for a job (%s), Temporal takes too',
  async (name, job) => {
    const retry = { initialInterval: CENTURY, maximumInterval: CENTURY, maximumAttempts: 2 ** 31 - 1 };
    const [source, target] = await pair(`longest-${name}`, { job: { ...job, retry } });
    await produce(source);
    expect(await ended(target)).toMatchObject({ state: 'success' });
  },
);

test('a run whose job is no external one takes no finish', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'gated', '', '', { workflowType: 'gatedEtl' });
  const run = await coordinator.startDataflowRunWithId(id);
  await expect(coordinator.finishDataflowRun('success', run.runId)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await lake.client.workflow.getHandle(run.workflowId).signal('openGate');
  expect(await ended(id)).toMatchObject({ state: 'success' });
});

test('a cancel from Temporal ends the run cancelled', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'cancel', '', '', { workflowType: 'gatedEtl' });
  const run = await coordinator.startDataflowRunWithId(id);
  await lake.client.workflow.getHandle(run.workflowId).cancel();
  expect(await ended(id)).toMatchObject({ runId: run.runId, state: 'cancelled' });
});

test('a cancelled job that goes on keeps its slot until it has ended', async () => {
  const id = await coordinator.createDataflow(lake.zone('rz'), 'stubborn', '', '', {
    job: { type: 'activity', name: 'stubbornJob' },
  });
  const { runId } = await coordinator.startDataflowRunWithId(id);
  await eventually(async () => working === 1);
  expect(await coordinator.cancelDataflowRun(runId, { timeoutMs: 1000 })).toMatchObject({ state: 'started' });
  await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({ code: 'ALREADY_ACTIVE' });
  letGo.open();
  // It heard nothing of the cancel and did all its work: that is a success.
  expect(await ended(id)).toMatchObject({ runId, state: 'success' });
  const next = await coordinator.startDataflowRunWithId(id);
  expect(
    await eventually(
      () => coordinator.getDataflowRun(next.runId),
      ({ endedAt }) => endedAt !== null,
    ),
  ).toMatchObject({
    state: 'success',
  });
  expect(most).toBe(1);
});
