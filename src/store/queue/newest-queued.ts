// The newest source run that each relation queued for a slot, and who claimed it.

import { relationId, runId } from '../../domain/ids';
import type { RelationId } from '../../domain/ids';
import type { SlotRun } from '../../domain/model';
import type { RunState } from '../../domain/run-state';
import type { Queryable } from '../database';

interface Row {
  relation_id: number | string;
  source_run_id: string;
  ready_at: Date;
  target_run_id: string | null;
  withheld_by: string | null;
  target_state: RunState | null;
}

/** By relation; one that never queued anything for the slot isn't there. */
export async function newestQueued(
  db: Queryable,
  relations: readonly RelationId[],
  slot: string,
): Promise<Map<RelationId, SlotRun>> {
  if (relations.length === 0) return new Map();
  const rows = await db.select<Row>(
    `SELECT q.relation_id, q.source_run_id, q.ready_at, q.target_run_id, q.withheld_by, r.state AS target_state
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
  return new Map(
    rows.map((row) => [
      relationId(row.relation_id),
      {
        sourceRunId: runId(row.source_run_id),
        readyAt: row.ready_at,
        withheld: row.target_run_id === null && row.withheld_by !== null,
        claimedBy:
          row.target_run_id === null
            ? null
            : { runId: runId(row.target_run_id), state: row.target_state ?? 'orphaned' },
      },
    ]),
  );
}
