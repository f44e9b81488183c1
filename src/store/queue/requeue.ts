// A run's sources, queued once more. What it claimed stays as it is (it did consume it): each source run gets a new row, with
// the next attempt, its cause and the run whose source it was.

import type { QueueId, RunId } from '../../domain/ids';
import { queueId } from '../../domain/ids';
import type { QueueCause } from '../../domain/model';
import type { Queryable } from '../database';

/** Rows of the same source run for the same relation, slot and part. */
export const SAME_SOURCE = `a.source_run_id = q.source_run_id AND a.relation_id = q.relation_id
       AND a.target_slot = q.target_slot AND a.part = q.part`;

/**
 * Returns how many. A source run that is ready for the slot already, whoever gave it back, is not queued a second time: one run
 * would claim it twice. One that an earlier version let a run claim twice is queued once. `except`: of what it claimed, what isn't
 * queued again; `unlessBy`: runs that may have consumed it, and that counts.
 */
export async function requeueSources(
  tx: Queryable,
  rerunOf: RunId,
  cause: Exclude<QueueCause, 'finish'>,
  { except = [], unlessBy = [] }: { readonly except?: readonly QueueId[]; readonly unlessBy?: readonly RunId[] } = {},
): Promise<number> {
  const { affectedRows } = await tx.write(
    `INSERT INTO dataflow_queue
       (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, partition_key, part,
        record_count, attempt, cause, rerun_of, ready_at)
     SELECT q.relation_id, q.source_dataflow_id, q.target_dataflow_id, q.source_run_id, q.target_slot, q.partition_key,
            q.part, q.record_count, MAX(a.attempt) + 1, ?, ?, UTC_TIMESTAMP(6)
     FROM dataflow_queue q
     JOIN dataflow_queue a ON ${SAME_SOURCE}
     WHERE q.target_run_id = ?
       AND q.id NOT IN (?)
     GROUP BY q.id
     HAVING SUM(a.target_run_id IS NULL AND a.withheld_by IS NULL) = 0
       AND SUM(a.target_run_id <=> q.target_run_id AND a.id < q.id) = 0
       AND SUM(a.target_run_id IN (?)) = 0
     ORDER BY q.id`, // queue_by_target_run, queue_by_source
    [cause, rerunOf, rerunOf, [0, ...except], ['', ...unlessBy]],
  );
  return affectedRows;
}

/** What is ready of a run's sources: queued once more, and claimed by nobody yet. */
export async function requeuedRows(tx: Queryable, runId: RunId): Promise<{ readonly queueId: QueueId }[]> {
  const rows = await tx.select<{ id: number | string }>(
    `SELECT DISTINCT a.id
     FROM dataflow_queue q
     JOIN dataflow_queue a ON ${SAME_SOURCE}
     WHERE q.target_run_id = ?
       AND a.target_run_id IS NULL
       AND a.withheld_by IS NULL
     ORDER BY a.id`, // queue_by_target_run, queue_by_source
    [runId],
  );
  return rows.map(({ id }) => ({ queueId: queueId(id) }));
}
