// The invariants are worth something only if each sees its violation: data is broken in a transaction, and put back.

import type { Queryable } from '../../src/store';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
  const { coordinator } = lake;
  const key = (name: string): string => `${lake.zone('rz')}:${name}`;
  const rules = { any: 'any', all: 'all', rule: { atLeast: 1, of: [key('one'), key('two')] } } as const;
  for (const name of ['one', 'two']) await coordinator.createDataflow(lake.zone('rz'), name);
  for (const [name, when] of Object.entries(rules)) {
    const options = {
      trigger: { mode: 'auto', when: typeof when === 'string' ? when : { ...when, of: [...when.of] } },
    };
    const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', options as object);
    for (const source of ['one', 'two']) await coordinator.associateSourceToTarget(key(source), target);
  }
  for (const name of ['one', 'two']) {
    const { runId } = await coordinator.startDataflowRunWithId(key(name));
    await coordinator.finishDataflowRun('success', runId);
  }
  const started = await eventually(
    () => coordinator.listDataflowRuns({ state: 'started' }),
    (runs) => runs.length === 3,
  );
  // Those of the rules that one source meets go on into a next run where the other source came later.
  for (const { runId, dataflow } of started) {
    if (!dataflow.endsWith(':all')) await coordinator.finishDataflowRun('success', runId);
  }
  await eventually(
    () => violations(lake.db),
    (found) => found.length === 0,
  );
});
afterAll(() => lake.close());

class PutBack extends Error {}

/** What the invariants say of the data once `damage` is done. */
async function damaged(damage: (tx: Queryable) => Promise<unknown>): Promise<string[]> {
  let found: string[] = [];
  const undone = lake.db.transaction(async (tx) => {
    await damage(tx);
    found = await violations(tx);
    throw new PutBack();
  });
  await expect(undone).rejects.toThrow(PutBack);
  return found;
}

test('all is well', async () => {
  expect(await violations(lake.db)).toEqual([]);
});

test.each([
  ['exactly one queue row for each of its active relations', 'DELETE FROM dataflow_queue LIMIT 1'],
  ['exactly one queue row for each relation that was there', 'DELETE FROM dataflow_queue LIMIT 1'],
  ['is of a run that succeeded', `UPDATE dataflow_run SET state = 'error' WHERE state = 'success'`],
  [
    'is claimed once',
    `UPDATE dataflow_queue SET target_run_id = (SELECT run_id FROM dataflow_run WHERE state = 'started' LIMIT 1)`,
  ],
  [
    'claims a source run once',
    `INSERT INTO dataflow_queue (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, attempt,
                                 cause, ready_at, target_run_id)
     SELECT relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, 1, 'retry', ready_at, target_run_id
     FROM dataflow_queue WHERE target_run_id IS NOT NULL`,
  ],
  [
    'starts once',
    `INSERT INTO run_event (run_id, dataflow_id, event, at, detail)
                   SELECT run_id, dataflow_id, event, at, detail FROM run_event WHERE event = 'started'`,
  ],
  ['is by a run that was started', `UPDATE dataflow_run SET started_at = NULL WHERE state = 'started'`],
  ['(rule any)', 'UPDATE dataflow_queue SET target_run_id = NULL'],
  ['(rule all)', 'UPDATE dataflow_queue SET target_run_id = NULL'],
  ['(rule atLeast', 'UPDATE dataflow_queue SET target_run_id = NULL'],
  ['holds no slot', `UPDATE dataflow_run SET state = 'error' WHERE state = 'started'`],
])('what breaks "%s" is found', async (says, sql) => {
  const found = await damaged((tx) => tx.write(sql));
  expect(found).toContainEqual(expect.stringContaining(says));
});

test('a rule that is met in part is no violation', async () => {
  const found = await damaged(async (tx) => {
    await tx.write(
      `UPDATE dataflow_queue SET target_run_id = NULL
       WHERE source_dataflow_id = (SELECT MIN(id) FROM dataflow WHERE zone = ?)`,
      [lake.zone('rz')],
    );
  });
  expect(found.filter((violation) => violation.includes('(rule all)'))).toEqual([]);
  expect(found.filter((violation) => violation.includes('(rule any)'))).toHaveLength(1);
});
