// A run's sources, queued once more. What it claimed stays as it is (it did consume it): each source run gets a new row, with
// the next attempt, its cause and the run whose source it was.

import type { DataflowId, QueueId, RunId } from '../../domain/ids';
import { queueId, runId as asRunId } from '../../domain/ids';
import type { QueueCause } from '../../domain/model';
import type { Queryable } from '../database';

/** Returns how many. Rows of it that are in the queue already (released, say) are left as they are. */
export async function requeueSources(
  tx: Queryable,
  rerunOf: RunId,
  cause: Exclude<QueueCause, 'finish'>,
  options: { readonly withheldBy?: string | null; readonly except?: readonly RunId[] } = {},
): Promise<number> {
  const { withheldBy = null, except = [] } = options;
  const { affectedRows } = await tx.write(
    `INSERT INTO dataflow_queue
       (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, partition_key, part,
        record_count, withheld_by, attempt, cause, rerun_of, ready_at)
     SELECT q.relation_id, q.source_dataflow_id, q.target_dataflow_id, q.source_run_id, q.target_slot, q.partition_key,
            q.part, q.record_count, ?, MAX(a.attempt) + 1, ?, ?, UTC_TIMESTAMP(6)
     FROM dataflow_queue q
     JOIN dataflow_queue a ON a.source_run_id = q.source_run_id AND a.relation_id = q.relation_id
       AND a.target_slot = q.target_slot AND a.part = q.part
     WHERE q.target_run_id = ?
       AND q.source_run_id NOT IN (?)
     GROUP BY q.id
     HAVING SUM(a.rerun_of = ? AND a.target_run_id IS NULL) = 0 OR SUM(a.rerun_of = ? AND a.target_run_id IS NULL) IS NULL
     ORDER BY q.id`, // queue_by_target_run, queue_by_source
    [withheldBy, cause, rerunOf, rerunOf, ['', ...except], rerunOf, rerunOf],
  );
  return affectedRows;
}

/** The unclaimed rows that queue a run's sources again. */
export async function requeuedRows(
  tx: Queryable,
  target: DataflowId,
  slot: string,
  rerunOf: RunId,
): Promise<{ readonly queueId: QueueId; readonly sourceRunId: RunId }[]> {
  const rows = await tx.select<{ id: number | string; source_run_id: string }>(
    `SELECT id, source_run_id
     FROM dataflow_queue
     WHERE target_dataflow_id = ?
       AND target_run_id IS NULL
       AND target_slot = ?
       AND rerun_of = ?
     ORDER BY id`, // queue_ready
    [target, slot, rerunOf],
  );
  return rows.map((row) => ({ queueId: queueId(row.id), sourceRunId: asRunId(row.source_run_id) }));
}
