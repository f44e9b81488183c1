// A schedule's time that finds its slot taken by a run that is gone a moment later.

import { pair, produce, runIn, runsOf } from '../support/flow';
import { holdReads } from '../support/hold';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

test('a run opens when the one that had the slot is forgotten just then', async () => {
  const { coordinator, client } = lake;
  const { target, source, relation } = await pair(lake, 'taken', { trigger: { mode: 'auto' } });
  const other = await coordinator.createDataflow(lake.zone('oz'), 'taken');
  await coordinator.associateSourceToTarget(other, target);
  await produce(lake, source);
  const triggered = await runIn(lake, target, 'waiting');
  await coordinator.schedules.create(target, { cron: '0 0 1 1 *' });

  const hold = holdReads((sql, [id]) => sql.includes('WHERE r.run_id = ?') && id === triggered.runId);
  const execution = await coordinator.schedules.trigger(target);
  await hold.reached;
  await coordinator.operations.suspendRelation(relation);
  await eventually(
    () => runsOf(lake, target),
    (runs) => runs.length === 0,
  );
  hold.release();
  const run = await runIn(lake, target, 'waiting');
  expect(run).toMatchObject({ triggered: false, workflowId: execution?.workflowId });
  await produce(lake, other);
  expect(await coordinator.waitForDataflowRunStart(run.runId)).toBe('started');
  await coordinator.finishDataflowRun('success', run.runId);
  expect((await client.workflow.getHandle(run.workflowId).describe()).status.name).not.toBe('FAILED');
});
