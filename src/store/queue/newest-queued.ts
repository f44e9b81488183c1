// What was queued for a slot, and who claimed it: the newest source run of each relation, or source runs by their runIds.

import { relationId, runId } from '../../domain/ids';
import type { DataflowId, RelationId, RunId } from '../../domain/ids';
import type { SlotRun } from '../../domain/model';
import type { RunState } from '../../domain/run-state';
import type { Queryable } from '../database';

interface SlotRunRow {
  source_run_id: string;
  ready_at: Date;
  target_run_id: string | null;
  withheld_by: string | null;
  target_state: RunState | null;
}

const SLOT_RUN_COLUMNS = 'q.source_run_id, q.ready_at, q.target_run_id, q.withheld_by, r.state AS target_state';

function rowToSlotRun(row: SlotRunRow): SlotRun {
  const { source_run_id: sourceRunId, ready_at: readyAt, target_run_id: target, withheld_by: withheldBy } = row;
  return {
    sourceRunId: runId(sourceRunId),
    readyAt,
    withheld: target === null && withheldBy !== null,
    claimedBy: target === null ? null : { runId: runId(target), state: row.target_state ?? 'orphaned' },
  };
}

/** By relation; one that never queued anything for the slot isn't there. */
export async function newestQueued(
  db: Queryable,
  relations: readonly RelationId[],
  slot: string,
): Promise<Map<RelationId, SlotRun>> {
  if (relations.length === 0) return new Map();
  const rows = await db.select<SlotRunRow & { relation_id: number | string }>(
    `SELECT q.relation_id, ${SLOT_RUN_COLUMNS}
     FROM (
       SELECT n.relation_id, MAX(n.ready_at) AS newest
       FROM dataflow_queue n
       WHERE n.relation_id IN (?)
         AND n.target_slot = ?
       GROUP BY n.relation_id
     ) m
     JOIN dataflow_queue q ON q.relation_id = m.relation_id AND q.target_slot = ? AND q.ready_at = m.newest
     LEFT JOIN dataflow_run r ON r.run_id = q.target_run_id`, // queue_by_relation, run_by_run_id
    [[...relations], slot, slot],
  );
  return new Map(rows.map((row) => [relationId(row.relation_id), rowToSlotRun(row)]));
}

/** Of each of these source runs the newest row for the slot; one that was never queued for it isn't there. */
export async function queuedOf(
  db: Queryable,
  sources: readonly RunId[],
  target: DataflowId,
  slot: string,
): Promise<Map<RunId, SlotRun>> {
  if (sources.length === 0) return new Map();
  const rows = await db.select<SlotRunRow>(
    `SELECT ${SLOT_RUN_COLUMNS}
     FROM dataflow_queue q
     LEFT JOIN dataflow_run r ON r.run_id = q.target_run_id
     WHERE q.source_run_id IN (?)
       AND q.target_dataflow_id = ?
       AND q.target_slot = ?
     ORDER BY q.id`, // queue_by_source, run_by_run_id
    [[...sources], target, slot],
  );
  return new Map(rows.map((row) => [runId(row.source_run_id), rowToSlotRun(row)]));
}
