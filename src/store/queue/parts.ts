// Parts of what source runs wrote: what a run claimed of them, and what a holder has of them for a slot.

import { queueId, runId as asRunId } from '../../domain/ids';
import type { DataflowId, QueueId, RunId } from '../../domain/ids';
import type { Queryable } from '../database';

export interface Part {
  readonly sourceRunId: RunId;
  readonly part: number;
}

export async function claimedParts(db: Queryable, targetRunId: RunId): Promise<Part[]> {
  const rows = await db.select<{ source_run_id: string; part: number }>(
    `SELECT source_run_id, part
     FROM dataflow_queue
     WHERE target_run_id = ?`, // queue_by_target_run
    [targetRunId],
  );
  return rows.map((row) => ({ sourceRunId: asRunId(row.source_run_id), part: row.part }));
}

export async function heldParts(
  db: Queryable,
  target: DataflowId,
  slot: string,
  holder: string,
): Promise<(Part & { readonly queueId: QueueId })[]> {
  const rows = await db.select<{ id: number | string; source_run_id: string; part: number }>(
    `SELECT id, source_run_id, part
     FROM dataflow_queue
     WHERE target_dataflow_id = ?
       AND target_run_id IS NULL
       AND withheld_by = ?
       AND target_slot = ?
     ORDER BY id`, // queue_ready or queue_by_withheld
    [target, holder, slot],
  );
  return rows.map((row) => ({ queueId: queueId(row.id), sourceRunId: asRunId(row.source_run_id), part: row.part }));
}
