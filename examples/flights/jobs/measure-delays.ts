// What the workflow of cz:airport-delays has done for it: how late flights arrive, by airport.

import type { JobInput } from '../../../src';
import { parquet, select, withDuckDB } from '../duckdb';
import { fileOf, sourceFiles, writeParquet } from '../files';
import { RZ_AIRPORTS, SZ_FLIGHTS } from '../lake';
import type { Report } from './report';

/** `recordCount`: airports. `flights`: how many went into it. */
export interface DelayReport extends Report {
  readonly flights: number;
}

export async function measureDelays(lake: string, run: JobInput): Promise<DelayReport> {
  const firstLineAt = new Date().toISOString();
  const file = fileOf(lake, run);
  const newestAirports = sourceFiles(lake, run, RZ_AIRPORTS).slice(-1);
  return withDuckDB(async (db) => {
    await db.run(`CREATE VIEW flight AS FROM ${parquet(...sourceFiles(lake, run, SZ_FLIGHTS))}`);
    await db.run(`CREATE VIEW airport AS FROM ${parquet(...newestAirports)}`);
    const recordCount = await writeParquet(
      db,
      `SELECT destination AS airport, name, city, state,
              count(*) AS flights, sum(delay)::BIGINT AS delay_minutes, avg(delay) AS mean_delay
       FROM flight
       LEFT JOIN airport ON iata = destination
       GROUP BY ALL
       ORDER BY mean_delay DESC`,
      file,
    );
    const [total] = await select<{ flights: number }>(
      db,
      `SELECT sum(flights)::BIGINT AS flights FROM ${parquet(file)}`,
    );
    return { recordCount, flights: total?.flights ?? 0, metadata: { file, firstLineAt } };
  });
}
