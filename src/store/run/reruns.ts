// What became of a run since it ended.

import type { DataflowId, RunId } from '../../domain/ids';
import { runId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { SAME_SOURCE } from '../queue/requeue';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

/** The newest run that consumes its sources once more, or is to: not one that ended while it waited for a place. */
export async function latestRerun(db: Queryable, rerunOf: RunId): Promise<Run | undefined> {
  const [row] = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.rerun_of = ?
       AND (r.started_at IS NOT NULL OR r.open_slot IS NOT NULL)
     ORDER BY r.id DESC
     LIMIT 1`, // run_by_rerun_of
    [rerunOf],
  );
  return row && rowToRun(row);
}

/**
 * Rows that queue sources of a run (`q`) once more (`a`): its own, and what another run gave back of them after it had claimed
 * them, which is not queued twice. Takes the ids of the run, and of those that took over from it.
 */
export const REQUEUED = `(a.rerun_of IN (?) OR (a.attempt > q.attempt AND a.cause IN ('release', 'clear')))`;

/** The newest run that claimed what a run gave back to the queue. */
export async function consumerOfRequeued(db: Queryable, rerunOf: RunId): Promise<RunId | undefined> {
  const [row] = await db.select<{ target_run_id: string }>(
    `SELECT a.target_run_id
     FROM dataflow_queue q
     JOIN dataflow_queue a ON ${SAME_SOURCE}
     WHERE q.target_run_id = ?
       AND ${REQUEUED}
       AND a.target_run_id <> ?
     ORDER BY a.id DESC
     LIMIT 1`, // queue_by_target_run, queue_by_source
    [rerunOf, rerunOf, rerunOf],
  );
  return row && runId(row.target_run_id);
}

/** Of what it is a rerun of, directly or by way of others: those that succeeded. */
export async function successesBefore(db: Queryable, { rerunOf }: Pick<Run, 'rerunOf'>): Promise<RunId[]> {
  const found: RunId[] = [];
  for (let id = rerunOf; id !== null;) {
    const [row] = await db.select<{ rerun_of: string | null; state: string }>(
      `SELECT rerun_of, state
       FROM dataflow_run
       WHERE run_id = ?`, // run_by_run_id
      [id],
    );
    if (row?.state === 'success') found.push(id);
    id = row?.rerun_of == null ? null : runId(row.rerun_of);
  }
  return found;
}

/** Whether its slot has had a run since that succeeded. */
export async function hasSucceededSince(
  db: Queryable,
  { runId: id, dataflowId, slot }: Pick<Run, 'runId' | 'dataflowId' | 'slot'>,
): Promise<boolean> {
  const rows = await db.select(
    `SELECT 1
     FROM dataflow_run r
     JOIN dataflow_run f ON f.run_id = ?
     WHERE r.dataflow_id = ?
       AND r.state = 'success'
       AND r.slot = ?
       AND r.id > f.id
     LIMIT 1`, // run_by_dataflow_state
    [id, dataflowId, slot],
  );
  return rows.length > 0;
}

/** Runs of a dataflow's targets that wait, and have nothing ready of it; oldest first, 100 at most. */
export async function waitingBehind(db: Queryable, source: DataflowId): Promise<Run[]> {
  const rows = await db.select<RunRow>(
    `${RUN_SELECT}
     JOIN dataflow_relation l ON l.target_dataflow_id = r.dataflow_id
     WHERE l.source_dataflow_id = ?
       AND l.open_pair = 1
       AND l.suspended_at IS NULL
       AND r.state = 'waiting'
       AND r.waiting_for = 'sources'
       AND NOT EXISTS (
         SELECT 1
         FROM dataflow_queue q
         WHERE q.target_dataflow_id = r.dataflow_id
           AND q.target_run_id IS NULL
           AND q.withheld_by IS NULL
           AND q.target_slot = r.slot
           AND q.relation_id = l.id
       )
     ORDER BY r.id
     LIMIT 100`, // relation_by_pair, run_by_dataflow_state, queue_ready
    [source],
  );
  return rows.map(rowToRun);
}
