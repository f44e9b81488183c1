// Parts of what source runs left for a slot: what a run claimed of them, and what a holder has of them.

import { queueId, runId as asRunId } from '../../domain/ids';
import type { DataflowId, QueueId, RunId } from '../../domain/ids';
import type { PartOfRun } from '../../domain/replay-parts';
import type { Queryable } from '../database';

export interface QueuedPart extends PartOfRun {
  readonly queueId: QueueId;
}

export interface PartSqlRow {
  source_run_id: string;
  partition_key: string | null;
  is_listed: 0 | 1;
}

/** `q` is the queue row, `s` its source run, which knows whether it reported several partitions. */
export const PART_COLUMNS = 'q.source_run_id, q.partition_key, s.partitions IS NOT NULL AS is_listed';
export const PART_JOIN = 'STRAIGHT_JOIN dataflow_run s FORCE INDEX (run_by_run_id) ON s.run_id = q.source_run_id';

export async function claimedParts(db: Queryable, targetRunId: RunId): Promise<QueuedPart[]> {
  const rows = await db.select<PartSqlRow & { id: number | string }>(
    `SELECT q.id, ${PART_COLUMNS}
     FROM dataflow_queue q
     ${PART_JOIN}
     WHERE q.target_run_id = ?`, // queue_by_target_run, run_by_run_id
    [targetRunId],
  );
  return rows.map(rowToQueuedPart);
}

export async function heldParts(
  db: Queryable,
  target: DataflowId,
  slot: string,
  holder: string,
): Promise<QueuedPart[]> {
  const rows = await db.select<PartSqlRow & { id: number | string }>(
    `SELECT q.id, ${PART_COLUMNS}
     FROM dataflow_queue q
     ${PART_JOIN}
     WHERE q.target_dataflow_id = ?
       AND q.target_run_id IS NULL
       AND q.withheld_by = ?
       AND q.target_slot = ?
     ORDER BY q.id`, // queue_ready or queue_by_withheld, run_by_run_id
    [target, holder, slot],
  );
  return rows.map(rowToQueuedPart);
}

export function rowToPart(row: PartSqlRow): PartOfRun {
  return {
    sourceRunId: asRunId(row.source_run_id),
    partitionKey: row.partition_key,
    isListed: row.is_listed === 1,
  };
}

const rowToQueuedPart = (row: PartSqlRow & { id: number | string }): QueuedPart => ({
  ...rowToPart(row),
  queueId: queueId(row.id),
});
