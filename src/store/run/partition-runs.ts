// What has become of partitions of a dataflow so far.

import type { PartitionRuns } from '../../domain/backfill';
import { runId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { RunState } from '../../domain/run-state';
import type { Queryable } from '../database';

interface Row {
  partition_key: string;
  run_id: string;
  state: RunState;
  succeeded: number | string;
}

/** By partition; one that no run has started for, nor waits for, isn't there. */
export async function partitionRuns(
  db: Queryable,
  dataflow: DataflowId,
  partitions: readonly string[],
): Promise<Map<string, PartitionRuns>> {
  if (partitions.length === 0) return new Map();
  const rows = await db.select<Row>(
    `SELECT r.partition_key, r.run_id, r.state, m.succeeded
     FROM (
       SELECT MAX(n.id) AS newest, SUM(n.state = 'success') AS succeeded
       FROM dataflow_run n FORCE INDEX (run_by_partition)
       WHERE n.dataflow_id = ?
         AND n.partition_key IN (?)
         AND (n.started_at IS NOT NULL OR n.open_slot IS NOT NULL)
       GROUP BY n.partition_key
     ) m
     STRAIGHT_JOIN dataflow_run r FORCE INDEX (PRIMARY) ON r.id = m.newest`, // run_by_partition, PRIMARY
    [dataflow, [...partitions]],
  );
  return new Map(
    rows.map((row) => [
      row.partition_key,
      { newest: { runId: runId(row.run_id), state: row.state }, succeeded: Number(row.succeeded) > 0 },
    ]),
  );
}
