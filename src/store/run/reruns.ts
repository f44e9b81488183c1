// What became of a run since it ended.

import type { RunId } from '../../domain/ids';
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
