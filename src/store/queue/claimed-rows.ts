// What a run claimed: its sources, in the order in which they finished.

import type { QueueRow } from '../../domain/model';
import type { Queryable } from '../database';
import { QUEUE_COLUMNS, QUEUE_JOINS, rowToQueueRow } from './row';
import type { QueueSqlRow } from './row';

export async function claimedRows(db: Queryable, targetRunId: string, limit = 1_000_000): Promise<QueueRow[]> {
  const rows = await db.select<QueueSqlRow>(
    `SELECT ${QUEUE_COLUMNS}
     FROM dataflow_queue q
     ${QUEUE_JOINS}
     WHERE q.target_run_id = ?
     ORDER BY q.id
     LIMIT ?`, // queue_by_target_run
    [targetRunId, limit],
  );
  return rows.map(rowToQueueRow);
}

export async function countClaimedRows(db: Queryable, targetRunId: string): Promise<number> {
  const [row] = await db.select<{ count: number }>(
    `SELECT COUNT(*) AS count
     FROM dataflow_queue
     WHERE target_run_id = ?`, // queue_by_target_run
    [targetRunId],
  );
  return row?.count ?? 0;
}
