// Where a run's data is. The path follows from what lineage says of a run (dataflow, partition, runId), so a target finds
// just the files of the runs that it claimed, and a run that failed or ran twice leaves nothing that anybody reads.

import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobInput } from '../../src';
import type { DuckDBConnection } from './duckdb';
import { select, text } from './duckdb';

/** `LAKE/rz/flights/month=2001-01/RUNID.parquet` */
export function fileOf(lake: string, run: Pick<JobInput, 'dataflow' | 'partitionKey' | 'runId'>): string {
  return join(lake, ...run.dataflow.split(':'), run.partitionKey ?? '', `${run.runId}.parquet`);
}

/** The files of the source runs that `run` claimed, oldest first; of one source dataflow. */
export function sourceFiles(lake: string, run: JobInput, dataflow: string): string[] {
  return run.sources
    .filter((source) => source.sourceDataflow === dataflow)
    .map(({ sourceRunId, dataflowPartitionKey }) =>
      fileOf(lake, { dataflow, partitionKey: dataflowPartitionKey, runId: sourceRunId }),
    );
}

/** Writes a query's rows; the file is there whole or not at all. Returns how many rows. */
export async function writeParquet(db: DuckDBConnection, query: string, file: string): Promise<number> {
  const unfinished = `${file}.unfinished`;
  await mkdir(dirname(file), { recursive: true });
  const [result] = await select<{ Count: number }>(db, `COPY (${query}) TO ${text(unfinished)} (FORMAT parquet)`);
  await rename(unfinished, file);
  return result?.Count ?? 0;
}
