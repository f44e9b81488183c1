// What a backfill lets go of, while one of its runs ends: whatever is let go of is told, so that its target is woken.

import { randomUUID } from 'node:crypto';
import { releaseHeld } from '../../src/store';
import type { Database, Queryable } from '../../src/store';
import { makeDatabase } from '../support/lake';

const name = `dlc_test_${randomUUID().slice(0, 8)}`;
const HOLDER = 'backfill:b1';

let db: Database;
beforeAll(async () => {
  ({ db } = await makeDatabase(name));
});
afterAll(async () => {
  await db.write(`DROP DATABASE ${name}`);
  await db.close();
});

/** A run of the backfill's has ended. */
async function leave(on: Queryable, target: number, count = 1): Promise<void> {
  const source = randomUUID();
  const rows = Array.from({ length: count }, (_, part) => [
    1,
    1,
    target,
    source,
    '',
    part,
    HOLDER,
    0,
    'finish',
    new Date(),
  ]);
  await on.write(
    `INSERT INTO dataflow_queue
       (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, part, withheld_by, attempt, cause, ready_at)
     VALUES ?`,
    [rows],
  );
}

test('a row that comes in while its holder lets go is let go of with its target told', async () => {
  await leave(db, 10);
  let late: Promise<void> | undefined;
  const told = await db.transaction((tx) =>
    releaseHeld(
      {
        select: (sql, values) => tx.select(sql, values),
        write: async (sql, values) => {
          await (late ??= leave(db, 11));
          return tx.write(sql, values);
        },
      },
      HOLDER,
    ),
  );
  const free = await db.select<{ id: number }>(
    'SELECT DISTINCT target_dataflow_id AS id FROM dataflow_queue WHERE withheld_by IS NULL ORDER BY id',
  );
  expect(free.map(({ id }) => String(id))).toEqual(['10', '11']);
  expect([...told].sort()).toEqual(['10', '11']);
});

test('thousands of rows are let go of, and each target is told once', async () => {
  await leave(db, 20, 2_500);
  await leave(db, 21);
  const told = await db.transaction((tx) => releaseHeld(tx, HOLDER));
  expect([...told].sort()).toEqual(['20', '21']);
  expect(await db.select('SELECT id FROM dataflow_queue WHERE withheld_by IS NOT NULL')).toEqual([]);
  expect(await db.transaction((tx) => releaseHeld(tx, HOLDER))).toEqual([]);
});
