// The job of sz:flights: drops what can't be, and what is there twice; counts what it drops.

import type { JobInput } from '../../../src';
import { parquet, select, withDuckDB } from '../duckdb';
import { fileOf, sourceFiles, writeParquet } from '../files';
import { RZ_FLIGHTS } from '../lake';
import type { Report } from './report';

/**
 * Possible values. A flight isn't two hours early; one that is a day late mostly wasn't late but early, across midnight
 * (PHX to DTW, at 23:57, night after night). A comparison with NULL isn't true either.
 */
const POSSIBLE = `
  delay BETWEEN -2 * 60 AND 23 * 60
  AND distance > 0
  AND length(origin) = 3
  AND length(destination) = 3
  AND origin <> destination
  AND date IS NOT NULL`;

export async function cleanFlights(lake: string, run: JobInput): Promise<Report> {
  const firstLineAt = new Date().toISOString();
  const file = fileOf(lake, run);
  return withDuckDB(async (db) => {
    await db.run(`CREATE VIEW raw AS FROM ${parquet(...sourceFiles(lake, run, RZ_FLIGHTS))}`);
    await db.run(`
      CREATE VIEW possible AS
      SELECT date AS departed_at, delay::SMALLINT AS delay, distance::SMALLINT AS distance, origin, destination
      FROM raw
      WHERE ${POSSIBLE}`);
    const recordCount = await writeParquet(db, `SELECT DISTINCT * FROM possible ORDER BY departed_at`, file);
    const [count] = await select<{ raw: number; possible: number }>(
      db,
      `SELECT (SELECT count(*) FROM raw) AS raw, (SELECT count(*) FROM possible) AS possible`,
    );
    if (!count) throw new Error('DuckDB returned no counts.');
    const dropped = { impossible: count.raw - count.possible, duplicate: count.possible - recordCount };
    return { recordCount, metadata: { file, firstLineAt, dropped } };
  });
}
