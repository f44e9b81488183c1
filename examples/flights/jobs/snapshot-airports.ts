// The job of rz:airports: keeps the list of airports as it is this month.

import type { JobInput } from '../../../src';
import { text, withDuckDB } from '../duckdb';
import { fileOf, writeParquet } from '../files';
import { AIRPORTS } from '../originals';
import type { Report } from './report';

export async function snapshotAirports(lake: string, run: JobInput): Promise<Report> {
  const file = fileOf(lake, run);
  const query = `SELECT * FROM read_csv(${text(AIRPORTS)})`;
  const recordCount = await withDuckDB((db) => writeParquet(db, query, file));
  return { recordCount, metadata: { file } };
}
