// A server that has become read-only (a planned switchover) answers reads still: with what was true when it was the one.

import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../../src/store';
import { makeDatabase } from '../support/lake';

const name = `dlc_test_${randomUUID().slice(0, 8)}`;
let db: Database;
beforeAll(async () => {
  ({ db } = await makeDatabase(name));
});
afterAll(async () => {
  await db.write(`DROP DATABASE ${name}`);
  await db.close();
});

const idOf = async (on: Queryable): Promise<number | undefined> =>
  (await on.select<{ id: number }>('SELECT CONNECTION_ID() AS id'))[0]?.id;

test('once a write was refused as read-only, nothing is asked on a connection that is as old', async () => {
  let together = 0;
  let all = (): void => undefined;
  const connected = new Promise<void>((resolve) => (all = resolve));
  const inUse = (): Promise<number | undefined> =>
    db.transaction(async (tx) => {
      if (++together === 3) all();
      await connected;
      return idOf(tx);
    });
  const old = await Promise.all([inUse(), inUse(), inUse()]);
  expect(new Set(old).size).toBe(3);
  const refused = db.withConnection(async (connection) => {
    await connection.write('SET SESSION TRANSACTION READ ONLY');
    await connection.write('UPDATE dataflow_graph SET version = version + 1');
  });
  await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  for (let asked = 0; asked < 3; asked++) expect(old).not.toContain(await db.transaction(idOf));
});
