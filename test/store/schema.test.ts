// Migrations: numbered, immutable, safe to repeat and to run at once; a newer or a foreign database is refused.

import { randomUUID } from 'node:crypto';
import { Database, migrate } from '../../src';
import { checkSchema } from '../../src/store';
import { readMigrations } from '../../src/store/schema/migrations';
import { setting } from '../support/settings';

let server: Database;
let db: Database;
let name: string;
beforeAll(() => {
  server = new Database(setting('DLC_TEST_MYSQL_URL'));
});
afterAll(() => server.close());
beforeEach(async () => {
  name = `dlc_test_${randomUUID().slice(0, 8)}`;
  await server.write(`CREATE DATABASE ${name} CHARACTER SET latin1`);
  const url = new URL(setting('DLC_TEST_MYSQL_URL'));
  url.pathname = `/${name}`;
  db = new Database(url.href);
});
afterEach(async () => {
  await db.close();
  await server.write(`DROP DATABASE ${name}`);
});

const all = readMigrations();
const names = (migrations: readonly { name: string }[]): string[] => migrations.map((migration) => migration.name);

test('an empty database gets every migration once, whatever its own character set', async () => {
  expect(names(await migrate(db))).toEqual(names(all));
  expect(await migrate(db)).toEqual([]);
  await checkSchema(db);
  const columns = await db.select<{ character_set_name: string }>(
    `SELECT DISTINCT character_set_name AS character_set_name FROM information_schema.columns
     WHERE table_schema = DATABASE() AND character_set_name IS NOT NULL ORDER BY 1`,
  );
  expect(columns.map((column) => column.character_set_name)).toEqual(['ascii', 'utf8mb4']);
});

test('many that migrate at once apply each migration once', async () => {
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(db)));
  expect(applied.flat()).toHaveLength(all.length);
});

test.each([...all.keys()])('a migration interrupted after statement %i goes on where it stopped', async (index) => {
  await migrate(db, all.slice(0, index));
  const interrupted = all[index];
  if (interrupted) await db.write(interrupted.sql); // applied, but not written into the ledger
  expect(names(await migrate(db))).toEqual(names(all.slice(index)));
});

test('an older database is refused by a worker, until it is migrated', async () => {
  await expect(checkSchema(db)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('dlc migrate'),
  });
  await migrate(db, all.slice(0, -1));
  await expect(checkSchema(db)).rejects.toMatchObject({ details: { missing: [all.at(-1)?.name] } });
});

test('a newer database, and one that was migrated by other files, is refused', async () => {
  await migrate(db);
  await expect(migrate(db, all.slice(0, -1))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('newer'),
  });
  await db.write(`UPDATE schema_migration SET checksum = REPEAT('0', 64) WHERE version = 2`);
  await expect(checkSchema(db)).rejects.toMatchObject({ code: 'UNAVAILABLE', details: { version: 2 } });
});

test('the views have the columns that were promised', async () => {
  await migrate(db);
  const columns = await db.select<{ view: string; name: string }>(
    `SELECT table_name AS view, column_name AS name FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name LIKE 'lineage%' ORDER BY table_name, ordinal_position`,
  );
  const of = (view: string): string[] => columns.filter((column) => column.view === view).map((column) => column.name);
  expect(of('lineage_run')).toEqual([
    'run_id',
    'dataflow_id',
    'dataflow_key',
    'partition_key',
    'state',
    'workflow_id',
    'started_at',
    'ended_at',
    'record_count',
    'batch_run_id',
    'rerun_of',
    'cause',
    'error_code',
  ]);
  expect(of('lineage_edge')).toEqual([
    'source_run_id',
    'target_run_id',
    'source_dataflow_id',
    'target_dataflow_id',
    'relation_id',
    'partition_key',
    'ready_at',
    'claimed_at',
    'cause',
    'rerun_of',
  ]);
  expect(of('lineage_ready')).toEqual([
    'queue_id',
    'target_dataflow_id',
    'source_dataflow_id',
    'source_run_id',
    'partition_key',
    'ready_at',
  ]);
});
