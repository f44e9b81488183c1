// A finish that would feed more slots than one transaction can write: it is refused at once, rather than tried for ever.

import { produce } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

const MONTHS = Array.from({ length: 1_000 }, (_, at) => ({
  partitionKey: `month=${String(1950 + Math.floor(at / 12))}-${String((at % 12) + 1).padStart(2, '0')}`,
}));

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ activities: { monthsJob: async () => ({ partitions: MONTHS }) } });
});
afterAll(() => lake.close());

async function fan(name: string, job?: { type: 'activity'; name: string }) {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), name, '', '', { ...(job && { job }) });
  const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { partitioned: true });
  await coordinator.associateSourceToTarget(source, target, { partition: 'month→hour as hour' });
  return { source, target };
}

test('the run stays open for a finish that reports less', async () => {
  const { coordinator } = lake;
  const { source, target } = await fan('external');
  const { runId } = await coordinator.startDataflowRunWithId(source);
  await expect(coordinator.finishDataflowRun('success', runId, { partitions: MONTHS })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('Report fewer partitions a finish') as string,
    details: { field: 'partitions' },
  });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'started', endedAt: null });
  await coordinator.finishDataflowRun('success', runId, { partitions: MONTHS.slice(0, 2) });
  const ready = await lake.db.select<{ count: number }>(
    'SELECT COUNT(*) AS count FROM dataflow_queue WHERE target_dataflow_id = ?',
    [target],
  );
  expect(ready).toEqual([{ count: (31 + 28) * 24 }]);
});

test('a run whose own job reports that much ends with an error that says so, and its slot is free', async () => {
  const { coordinator, client } = lake;
  const { source, target } = await fan('job', { type: 'activity', name: 'monthsJob' });
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(source);
  await expect(client.workflow.getHandle(workflowId).result()).rejects.toThrow();
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({
    state: 'error',
    message: expect.stringContaining('Report fewer partitions a finish') as string,
  });
  const queued = 'SELECT id FROM dataflow_queue WHERE target_dataflow_id = ?';
  expect(await lake.db.select(queued, [target])).toEqual([]);
  await coordinator.updateDataflow(source, { job: { type: 'external' } });
  await produce(lake, source, 'month=2001-02');
  expect(await lake.db.select(queued, [target])).toHaveLength(28 * 24);
});
