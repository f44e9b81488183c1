// A cancel and a finish that reach a run together: the run ends once, whoever wins, and everybody is answered.

import { DlcError } from '../../src';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
});
afterAll(() => lake.close());

/** A run that is open while no worker is there: what is sent to it now comes in one workflow task. */
async function openRun(name: string): Promise<{ runId: string; workflowId: string }> {
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), name);
  const worker = await lake.startWorker();
  const run = await lake.coordinator.startDataflowRunWithId(id);
  await worker.stop();
  return run;
}

test('a finish signal that comes with a cancel ends the run, and leaves none open without a workflow', async () => {
  const { coordinator, client } = lake;
  const { runId, workflowId } = await openRun('signal');
  const handle = client.workflow.getHandle(workflowId);
  await handle.cancel();
  await handle.signal('finish', { status: 'success', recordCount: 1 });
  const worker = await lake.startWorker();
  const run = await eventually(
    () => coordinator.getDataflowRun(runId),
    ({ state }) => state !== 'started',
    { timeoutMs: 15_000 },
  );
  expect(['success', 'cancelled']).toContain(run.state);
  await worker.stop();
  expect(await violations(lake.db)).toEqual([]);
});

test('a finish that comes with a cancel is answered with what became of the run', async () => {
  const { coordinator, client } = lake;
  const { runId, workflowId } = await openRun('update');
  const handle = client.workflow.getHandle(workflowId);
  await handle.cancel();
  const finish = coordinator.finishDataflowRun('success', runId, { recordCount: 1 }).then(
    ({ state }) => state,
    (error: unknown) => error,
  );
  const worker = await lake.startWorker();
  const answer = await finish;
  const { state } = await coordinator.getDataflowRun(runId);
  if (state === 'success') expect(answer).toBe('success');
  else {
    expect(state).toBe('cancelled');
    expect(answer).toBeInstanceOf(DlcError);
    expect(answer).toMatchObject({ code: 'RUN_ALREADY_FINISHED', details: { runId } });
  }
  await worker.stop();
});
