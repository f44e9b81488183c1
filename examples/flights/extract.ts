// The job of rz:flights, outside of Temporal: a process of its own, such as cron or Spark would start. All it does for
// lineage is to say that it starts and that it is done. Use: tsx extract.ts MONTH LAKE, with DLC_MYSQL_URL and TEMPORAL_ADDRESS.

import { ZoneDataFlowCoordinator } from '../../src'; // outside this repository: from 'datalake-lineage'
import { parquet, withDuckDB } from './duckdb';
import { fileOf, writeParquet } from './files';
import { RZ_FLIGHTS } from './lake';
import { departedIn, partitionOf } from './months';
import { FLIGHTS } from './originals';

async function extract(month: string, lake: string): Promise<void> {
  const coordinator = await ZoneDataFlowCoordinator.connect();
  try {
    const { runId } = await coordinator.startDataflowRunWithId(RZ_FLIGHTS, {
      partitionKey: partitionOf(month),
      externalProcessKey: `extract.ts, process ${process.pid}`,
    });
    const file = fileOf(lake, { dataflow: RZ_FLIGHTS, partitionKey: partitionOf(month), runId });
    try {
      const query = `SELECT * FROM ${parquet(FLIGHTS)} WHERE ${departedIn(month)}`;
      const recordCount = await withDuckDB((db) => writeParquet(db, query, file));
      await coordinator.finishDataflowRun('success', runId, { recordCount, metadata: { file } });
    } catch (error) {
      await coordinator.finishDataflowRun('error', runId, { message: String(error) });
      throw error;
    }
  } finally {
    await coordinator.close();
  }
}

const [month, lake] = process.argv.slice(2);
if (month === undefined || lake === undefined)
  throw new Error('Use: extract.ts MONTH LAKE, for example 2001-01 /tmp/lake');
extract(month, lake).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
