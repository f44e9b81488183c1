// What is ready for a target: unclaimed rows of relations that are neither suspended nor terminated, oldest first.

import type { DataflowId } from '../../domain/ids';
import type { QueueRow } from '../../domain/model';
import type { Queryable } from '../database';
import { QUEUE_COLUMNS, QUEUE_JOINS, rowToQueueRow } from './row';
import type { QueueSqlRow } from './row';

const READY = `
  FROM dataflow_queue q
  STRAIGHT_JOIN dataflow_relation l FORCE INDEX (PRIMARY) ON l.id = q.relation_id
  ${QUEUE_JOINS}
  WHERE q.target_dataflow_id = ?
    AND q.target_run_id IS NULL
    AND q.withheld_by IS NULL
    AND l.suspended_at IS NULL
    AND l.terminated_at IS NULL`;

/** Of one slot. */
export async function readyRows(db: Queryable, target: DataflowId, slot: string): Promise<QueueRow[]> {
  const rows = await db.select<QueueSqlRow>(
    `SELECT ${QUEUE_COLUMNS}, q.id <= COALESCE(l.one_by_one_until, 0) AS one_by_one
     ${READY}
       AND q.target_slot = ?
     ORDER BY q.id`, // queue_ready
    [target, slot],
  );
  return rows.map(rowToQueueRow);
}

/** Of all slots of a dataflow. */
export async function readyRowsOfDataflow(db: Queryable, target: DataflowId): Promise<QueueRow[]> {
  const rows = await db.select<QueueSqlRow>(
    `SELECT ${QUEUE_COLUMNS}
     ${READY}
     ORDER BY q.id`, // queue_ready
    [target],
  );
  return rows.map(rowToQueueRow);
}
