// A server that dies right after the registration: the queue is still read by its own key, not by way of all relations.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, migrate } from '../../src';
import { startMysql } from '../../src/local';
import type { StartedMysql } from '../../src/local';
import { readyRows, targetSlots } from '../../src/store';
import type { Dataflow } from '../../src';

let directory: string;
let mysql: StartedMysql;
let db: Database;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dlc-statistics-'));
  const prefer = process.env['DLC_TEST_DATABASE'] === 'mysql' ? 'mysql' : 'mariadb';
  mysql = await startMysql({ dataDir: directory, prefer, log: () => undefined });
  db = new Database(mysql.url);
  await migrate(db);
}, 120_000);
afterAll(async () => {
  await db.close();
  await mysql.stop();
  await rm(directory, { recursive: true, force: true });
});

/** `count` rows, numbered from 1 as `n`. */
const numbers = (count: number): string =>
  `(WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < ${String(count)}) SELECT n FROM c) numbers`;

test('after a crash that follows the registration, a read of the queue begins with the queue', async () => {
  const name = (n: string): string => `CONCAT('f', ${n})`;
  await db.write(
    `INSERT INTO dataflow (dataflow_key, zone, model_name, model_key, model_sec_key, status, trigger_mode, trigger_when,
                           job, partitioned, created_at, updated_at)
     SELECT CONCAT('z:', ${name('n')}), 'z', ${name('n')}, '', '', 'enabled', 'auto', 'all', '{"type":"external"}', FALSE,
            UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
     FROM ${numbers(200)}`,
  );
  await db.write(
    `INSERT INTO dataflow_relation (source_dataflow_id, target_dataflow_id, open_pair, partition_mapping, created_at)
     SELECT s.id, t.id, 1, 'all', UTC_TIMESTAMP(6)
     FROM dataflow s JOIN dataflow t ON t.id > s.id AND t.id <= s.id + 2`,
  );
  await mysql.kill();
  await mysql.restart();
  await db.write(
    `INSERT INTO dataflow_run (run_id, dataflow_id, workflow_id, state, slot, triggered, dependency_check, opened_at,
                               started_at, ended_at)
     SELECT UUID(), d.id, 'w', 'success', '', FALSE, 'all', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
     FROM dataflow d JOIN ${numbers(10)}`,
  );
  await db.write(
    `INSERT INTO dataflow_queue (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, attempt,
                                 cause, ready_at)
     SELECT l.id, l.source_dataflow_id, l.target_dataflow_id, r.run_id, '', 0, 'finish', UTC_TIMESTAMP(6)
     FROM dataflow_run r JOIN dataflow_relation l ON l.source_dataflow_id = r.dataflow_id`,
  );
  const plan: { table: string; key: string | null }[] = [];
  const explained = {
    select: async <Row>(sql: string, values?: Parameters<Database['select']>[1]): Promise<Row[]> => {
      plan.push(...(await db.select<(typeof plan)[0]>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, values)));
      return [];
    },
    write: db.write.bind(db),
  };
  const [newest] = await db.select<{ target: Dataflow['id']; run: string }>(
    'SELECT target_dataflow_id AS target, source_run_id AS run FROM dataflow_queue ORDER BY id DESC LIMIT 1',
  );
  const planned = async (read: Promise<unknown>): Promise<unknown> => {
    await read;
    return plan.splice(0).map(({ table, key }) => `${table}: ${String(key)}`);
  };
  const registered = ['l: PRIMARY', 'd: PRIMARY'];
  expect(await planned(readyRows(explained, newest!.target, ''))).toEqual([
    expect.stringContaining('queue_ready'),
    ...registered,
    'r: run_by_run_id',
  ]);
  expect(await planned(targetSlots(explained, newest!.run))).toEqual([
    'q: queue_by_source',
    ...registered,
    'z: PRIMARY',
    'r: run_by_open_slot',
  ]);
}, 60_000);
