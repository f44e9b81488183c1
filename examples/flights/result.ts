// The result: which airports' flights arrive latest, over all months, from what the cz runs wrote.

import { parquet, select, withDuckDB } from './duckdb';
import { fileOf } from './files';
import type { RunTree } from './lineage';
import { number, table } from './print';

interface AirportDelay {
  readonly airport: string;
  readonly city: string;
  readonly state: string;
  readonly flights: number;
  readonly meanDelay: number;
}

/** Five flights a day: a mean of fewer says little. */
const FLIGHTS_A_MONTH = 150;

export async function latestAirports(lake: string, trees: readonly RunTree[]): Promise<AirportDelay[]> {
  const files = trees.map(({ run }) => fileOf(lake, run));
  return withDuckDB((db) =>
    select<AirportDelay>(
      db,
      `SELECT airport, any_value(city) AS city, any_value(state) AS state,
              sum(flights)::BIGINT AS flights, sum(delay_minutes) / sum(flights) AS "meanDelay"
       FROM ${parquet(...files)}
       GROUP BY airport
       HAVING sum(flights) >= ${FLIGHTS_A_MONTH * trees.length}
       ORDER BY "meanDelay" DESC
       LIMIT 10`,
    ),
  );
}

export function resultText(airports: readonly AirportDelay[]): string {
  const rows = airports.map(({ airport, city, state, flights, meanDelay }) => [
    airport,
    `${city}, ${state}`,
    number(flights),
    meanDelay.toFixed(1),
  ]);
  return [
    `Minutes that flights arrive late, on average; airports with ${FLIGHTS_A_MONTH} flights a month or more.`,
    '',
    table([['airport', 'city', 'flights', 'minutes late'], ...rows], [2, 3]),
  ].join('\n');
}
