// A job that is a child workflow hears of its run's cancel, however often it was retried or has continued as new.

import { pair } from '../support/flow';
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

/** A run whose job has left its first execution behind; returns that one's workflow ID too. */
async function pastFirst(name: string, job: string) {
  const retry = { initialInterval: '10 ms', backoffCoefficient: 1 } as const;
  const flow = await pair(lake, name, { job: { type: 'workflow', name: job, retry } });
  const source = await flow.produce();
  const { runId, workflowId } = await lake.coordinator.startDataflowRunWithId(flow.target);
  const [child] = await eventually(
    async () => (await lake.client.workflow.getHandle(workflowId, runId).describe()).raw.pendingChildren ?? [],
    (children) => Boolean(children[0]?.runId),
  );
  const jobId = child?.workflowId ?? '';
  await eventually(
    () => lake.client.workflow.getHandle(jobId).describe(),
    (execution) => execution.runId !== child?.runId,
  );
  return { ...flow, source, runId, jobId };
}

const stateOf = async (workflowId: string) => (await lake.client.workflow.getHandle(workflowId).describe()).status.name;

test.each(['retriedJob', 'contraryJob', 'continuedJob'])('a cancel of its run ends the job (%s)', async (name) => {
  const { runId, jobId } = await pastFirst(name, name);
  expect(await lake.coordinator.cancelDataflowRun(runId)).toMatchObject({ state: 'cancelled' });
  expect(await stateOf(jobId)).toBe('CANCELLED');
});

test('a clear ends the job, and gives back what the run had claimed', async () => {
  const { runId, jobId, target, source } = await pastFirst('cleared', 'retriedJob');
  expect(await lake.coordinator.operations.clearRun(runId)).toMatchObject({ state: 'cancelled' });
  expect(await stateOf(jobId)).toBe('CANCELLED');
  expect(await lake.coordinator.fetchReadyDataflowSourceByTargetId(target)).toMatchObject([
    { sourceRunId: source, cause: 'clear' },
  ]);
});
