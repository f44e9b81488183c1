// Runs, newest first.

import type { DataflowId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { RunState } from '../../domain/run-state';
import type { Queryable, SqlValue } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

export interface RunFilter {
  readonly dataflowId?: DataflowId | undefined;
  readonly state?: RunState | undefined;
  /** True: those that wait or have started, only. */
  readonly open?: boolean | undefined;
  readonly partitionKey?: string | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

export async function listRuns(db: Queryable, filter: RunFilter = {}): Promise<Run[]> {
  const conditions: [string, SqlValue | undefined][] = [
    ['r.dataflow_id = ?', filter.dataflowId], // run_by_dataflow_state
    ['r.state = ?', filter.state],
    ['r.partition_key = ?', filter.partitionKey],
  ];
  const given = conditions.filter((condition): condition is [string, SqlValue] => condition[1] !== undefined);
  const all = [...given.map(([sql]) => sql), ...(filter.open ? [`r.state IN ('waiting', 'started')`] : [])];
  const where = all.length > 0 ? `WHERE ${all.join(' AND ')}` : '';
  const rows = await db.select<RunRow>(
    `${RUN_SELECT}
     ${where}
     ORDER BY r.id DESC
     LIMIT ?`,
    [...given.map(([, value]) => value), filter.limit ?? 100],
  );
  return rows.map(rowToRun);
}
