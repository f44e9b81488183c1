// "Who waits behind a run that failed?": those whose rule still misses what it would have written.

import { finishOpen, pair, produce, runIn } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const HOUR = 'hour=2019-01-01T0';

async function fail(dataflow: string, partitionKey?: string): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(dataflow, { partitionKey });
  await lake.coordinator.finishDataflowRun('error', runId);
  return runId;
}

const behind = async (runId: string): Promise<string[]> =>
  (await lake.coordinator.why({ runId })).stuck.map((run) => run.runId);

/** A day of three hours. */
const days = (name: string, partitioned: boolean) =>
  pair(
    lake,
    name,
    {
      partitioned: true,
      trigger: { mode: 'auto', when: { all: [{ source: `${lake.zone('rz')}:${name}`, count: 3 }] } },
    },
    { partitioned },
    { partition: 'hour→day as date' },
  );

test.each([true, false])(
  'a day that has some of its hours waits for the one that failed (partitioned: %s)',
  async (partitioned) => {
    const { source, target, targetKey } = await days(`day-${String(partitioned)}`, partitioned);
    await produce(lake, source, `${HOUR}0`);
    const day = await runIn(lake, target, 'waiting');
    const failed = await fail(source, `${HOUR}1`);
    expect((await lake.coordinator.why({ runId: failed })).text).toContain(
      `Behind it waits run ${day.runId} of ${targetKey} @ date=2019-01-01.`,
    );
    await produce(lake, source, `${HOUR}2`);
    expect(await behind(failed)).toEqual([day.runId]);
    expect(await behind(await fail(source, 'hour=2019-01-02T00'))).toEqual([]);
    // A person may start the hour again rather than retry its run.
    await fail(source, `${HOUR}1`);
    expect(await behind(failed)).toEqual([day.runId]);
    await produce(lake, source, `${HOUR}1`);
    await finishOpen(lake, target);
    expect(await behind(failed)).toEqual([]);
  },
);

test('what a later run has written among several partitions is not missed', async () => {
  const { coordinator } = lake;
  const { source, target } = await days('several', false);
  await produce(lake, source, `${HOUR}0`);
  const day = await runIn(lake, target, 'waiting');
  const failed = await fail(source, `${HOUR}1`);
  const write = async (...hours: string[]): Promise<void> => {
    const { runId } = await coordinator.startDataflowRunWithId(source);
    const partitions = hours.map((partitionKey) => ({ partitionKey }));
    await coordinator.finishDataflowRun('success', runId, { partitions });
  };
  await write('hour=2019-01-02T01', 'hour=2019-01-02T02');
  expect(await behind(failed)).toEqual([day.runId]);
  await write('hour=2019-01-03T00', `${HOUR}1`);
  expect(await behind(failed)).toEqual([]);
});

test('who goes without the source, or has enough of it, does not wait behind it', async () => {
  const { coordinator } = lake;
  const { source, sourceKey, target } = await pair(lake, 'without');
  const other = await coordinator.createDataflow(lake.zone('rz'), 'without', 'other');
  await coordinator.associateSourceToTarget(other, target);
  const waits = async (dependencyCheck: object): Promise<string> => {
    const { runId } = await coordinator.startDataflowRunWithId(target, {
      wait: true,
      dependencyCheck: dependencyCheck as never,
    });
    return runId;
  };
  const failed = await fail(source);
  const optional = await waits({ all: [`${sourceKey}:other`, { source: sourceKey, optional: true }] });
  expect(await behind(failed)).toEqual([]);
  await coordinator.cancelDataflowRun(optional);
  const both = await waits({ all: [`${sourceKey}:other`, { source: sourceKey, count: 2 }] });
  expect(await behind(failed)).toEqual([both]);
  await coordinator.cancelDataflowRun(both);
});

test('the one slot that it would have fed is found among many that wait', async () => {
  const { coordinator, db } = lake;
  const { source, target } = await pair(lake, 'many', { partitioned: true }, { partitioned: true });
  const first = await coordinator.startDataflowRunWithId(target, { partitionKey: 'n=0', wait: true });
  const { runId } = await coordinator.startDataflowRunWithId(target, { partitionKey: 'n=last', wait: true });
  // As rows alone: a workflow each takes long.
  await db.write(
    `INSERT INTO dataflow_run (run_id, dataflow_id, workflow_id, state, slot, open_slot, partition_key, triggered,
                               dependency_check, opened_at, waiting_for)
     WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 110)
     SELECT UUID(), dataflow_id, CONCAT(workflow_id, '-', i), state, CONCAT('n=', i), CONCAT('n=', i), CONCAT('n=', i),
            triggered, dependency_check, opened_at, waiting_for
     FROM dataflow_run JOIN n WHERE run_id = ?`,
    [first.runId],
  );
  await db.write('UPDATE dataflow_run SET id = id + 1000 WHERE run_id = ?', [runId]);
  expect(await behind(await fail(source, 'n=last'))).toEqual([runId]);
});
