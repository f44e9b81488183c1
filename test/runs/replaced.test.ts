// A workflow ID may run for another run than the one that is open in MySQL: what an operator's reset leaves behind.

import { LineagePlugin } from '../../src';
import type { StartedRun } from '../../src';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  await startWorker(lake.taskQueue);
});
afterAll(() => lake.close());

const startWorker = (taskQueue: string) =>
  lake.startWorker({
    taskQueue,
    plugins: [new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: false, warn: () => undefined })],
  });

const NOW = { graceMs: 0 };

/** A run whose workflow has more behind it than its opening. */
async function startRun(id: string): Promise<StartedRun> {
  const run = await lake.coordinator.startDataflowRunWithId(id);
  await lake.coordinator.heartbeatDataflowRun(run.runId);
  await eventually(
    () => eventTypes(lake.client, run.workflowId, run.runId),
    (types) => types.filter((type) => type === 'WORKFLOW_TASK_COMPLETED').length > 1,
  );
  return run;
}

/** As an operator does it: from the last workflow task on. Returns the new execution. */
async function reset(workflowId: string, runId: string): Promise<string> {
  const { events } = await lake.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const last = events?.findLast((event) => event.workflowTaskCompletedEventAttributes);
  const answer = await lake.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'test',
    workflowTaskFinishEventId: last?.eventId ?? null,
    requestId: `reset-${runId}`,
  });
  return answer.runId;
}

const state = async (workflowId: string, runId: string): Promise<string> =>
  (await lake.client.workflow.getHandle(workflowId, runId).describe()).status.name;

test('a run whose workflow ID goes on with an earlier run is orphaned, and that one told of its end', async () => {
  const { coordinator, client } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'replaced');
  const first = await startRun(id);
  const { workflowId } = first;
  await client.workflow.getHandle(workflowId).terminate();
  const second = await coordinator.startDataflowRunWithId(id);
  const execution = await reset(workflowId, first.runId);
  await eventually(
    () => client.workflow.getHandle(workflowId, execution).query<{ runId: string }>('status'),
    ({ runId }) => runId === first.runId,
  );

  const { findings } = await coordinator.examine(NOW);
  expect(findings).toMatchObject([{ kind: 'goneOwner', runId: second.runId, worksFor: first.runId }]);
  expect((await coordinator.heal(NOW)).healed).toEqual(findings);
  expect(await coordinator.getDataflowRun(second.runId)).toMatchObject({ state: 'orphaned' });
  // The run that the execution works for has ended: it looks, and closes.
  await eventually(
    () => state(workflowId, execution),
    (status) => status !== 'RUNNING',
  );
  expect((await coordinator.examine(NOW)).findings).toEqual([]);
  const third = await coordinator.startDataflowRunWithId(id);
  await coordinator.finishDataflowRun('success', third.runId);
});

test('a run that was reset goes on as itself, and one whose workers are away is left alone', async () => {
  const { coordinator, client } = lake;
  const taskQueue = `${lake.taskQueue}-away`;
  const worker = await startWorker(taskQueue);
  const id = await coordinator.createDataflow(lake.zone('rz'), 'reset', '', '', { taskQueue });
  const { runId, workflowId } = await startRun(id);
  const execution = await reset(workflowId, runId);
  await eventually(
    () => client.workflow.getHandle(workflowId, execution).query<{ runId: string }>('status'),
    (status) => status.runId === runId,
  );
  expect(await coordinator.examine(NOW)).toMatchObject({ findings: [], failed: [] });
  await worker.stop();
  expect(await coordinator.examine(NOW)).toMatchObject({ findings: [], failed: [] });
  await startWorker(taskQueue);
  await coordinator.finishDataflowRun('success', runId);
});
