// The demo's check of itself notices what it is there for.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAgainstOriginal } from '../../examples/flights/check';
import { checkText } from '../../examples/flights/check-text';
import { parquet, withDuckDB } from '../../examples/flights/duckdb';
import { fileOf, writeParquet } from '../../examples/flights/files';
import { FLIGHTS } from '../../examples/flights/originals';
import type { RunTree } from '../../examples/flights/lineage';
import type { Run } from '../../src';

let lake: string;
beforeAll(async () => {
  lake = await mkdtemp(join(tmpdir(), 'flights-check-'));
});
afterAll(() => rm(lake, { recursive: true, force: true }));

test('a lake that lost a flight, and lineage that counts one too many, are both told', async () => {
  const tree = runTree(508_242);
  await withDuckDB((db) =>
    writeParquet(
      db,
      `SELECT destination AS airport, count(*) - (destination = 'BGR')::INT AS flights, sum(delay) AS delay_minutes
       FROM (SELECT DISTINCT * FROM ${parquet(FLIGHTS)} WHERE date <= '2001-02-01' AND delay BETWEEN -120 AND 1380)
       GROUP BY destination`,
      fileOf(lake, tree.run),
    ),
  );
  const check = await checkAgainstOriginal(lake, [tree]);
  expect(check).toMatchObject({ airportsThatDiffer: 1, agrees: false });
  expect(checkText(check)).toContain('508,242 ≠ 508,241');
  expect(checkText(check)).toContain('The counts do not agree.');
});

function runTree(raw: number): RunTree {
  const run = (dataflow: string, recordCount: number): Run =>
    ({ dataflow, recordCount, runId: dataflow, partitionKey: 'month=2001-01' }) as unknown as Run;
  const rz = { run: run('rz:flights', raw), sources: [] };
  return { run: run('cz:airport-delays', 223), sources: [{ run: run('sz:flights', 508_203), sources: [rz] }] };
}
