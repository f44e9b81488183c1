// DuckDB, one for each job: in memory, on a small budget, gone when the job is.

import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

export type { DuckDBConnection };

const BUDGET = { threads: '2', memory_limit: '1GB' };

export async function withDuckDB<T>(work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', BUDGET);
  const db = await instance.connect();
  try {
    return await work(db);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/** A query's rows; whole numbers come as `number`. */
export async function select<Row>(db: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await db.runAndReadAll(sql);
  return reader
    .getRowObjectsJS()
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])) as Row);
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** A text as SQL. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Parquet files as an SQL table. */
export const parquet = (...files: string[]): string =>
  `read_parquet([${files.map(text).join(', ')}], hive_partitioning = false)`;
