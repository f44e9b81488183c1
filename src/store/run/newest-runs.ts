// The newest run of each of many dataflows.

import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

/** By dataflow; one that never ran isn't there. */
export async function newestRuns(db: Queryable, dataflows: readonly DataflowId[]): Promise<Map<DataflowId, Run>> {
  if (dataflows.length === 0) return new Map();
  const rows = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.id IN (
       SELECT newest FROM (
         SELECT MAX(n.id) AS newest
         FROM dataflow_run n
         WHERE n.dataflow_id IN (?)
         GROUP BY n.dataflow_id, n.state
       ) m
     )
     ORDER BY r.id`, // run_by_dataflow_state, PRIMARY
    [[...dataflows]],
  );
  return new Map(rows.map((row) => [dataflowId(row.dataflow_id), rowToRun(row)]));
}
