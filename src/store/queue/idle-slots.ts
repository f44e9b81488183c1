// Slots of `auto` dataflows that have something ready for a while, and no open run.

import { dataflowId, runId } from '../../domain/ids';
import type { DataflowId, RunId } from '../../domain/ids';
import type { Queryable } from '../database';

export interface IdleSlot {
  readonly dataflowId: DataflowId;
  readonly slot: string;
  /** One of those that nobody consumes. */
  readonly sourceRunId: RunId;
}

/** What a failed run gave back starts nothing by itself, and doesn't count. */
export async function idleSlots(db: Queryable, minAgeMs: number): Promise<IdleSlot[]> {
  const rows = await db.select<{ id: number | string; target_slot: string; source_run_id: string }>(
    `SELECT d.id, q.target_slot, MIN(q.source_run_id) AS source_run_id
     FROM dataflow d
     STRAIGHT_JOIN dataflow_queue q FORCE INDEX (queue_ready) ON q.target_dataflow_id = d.id
       AND q.target_run_id IS NULL AND q.withheld_by IS NULL
     STRAIGHT_JOIN dataflow_relation l FORCE INDEX (PRIMARY) ON l.id = q.relation_id
     LEFT JOIN zone_pause z ON z.zone = d.zone
     LEFT JOIN dataflow_run r ON r.dataflow_id = q.target_dataflow_id AND r.open_slot = q.target_slot
     WHERE d.trigger_mode = 'auto'
       AND d.status = 'enabled'
       AND d.paused_at IS NULL
       AND z.zone IS NULL
       AND l.suspended_at IS NULL
       AND l.terminated_at IS NULL
       AND r.id IS NULL
       AND q.cause <> 'release'
     GROUP BY d.id, q.target_slot
     HAVING MAX(q.ready_at) < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND`, // queue_ready, run_by_open_slot
    [minAgeMs * 1000],
  );
  return rows.map((row) => ({
    dataflowId: dataflowId(row.id),
    slot: row.target_slot,
    sourceRunId: runId(row.source_run_id),
  }));
}
