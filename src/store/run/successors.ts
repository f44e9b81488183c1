// Who took over what a failed run had consumed: its reruns, the runs that claimed what it gave back, theirs, and so on.

import type { RunId } from '../../domain/ids';
import { runId as asRunId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { lockSources } from '../queue/lock-sources';
import { SAME_SOURCE } from '../queue/requeue';
import { REQUEUED } from './reruns';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

/** All of them, in no order. */
export async function successorsOf(db: Queryable, runId: RunId): Promise<Set<RunId>> {
  const found = new Set<RunId>();
  for (let level = [runId]; level.length > 0;) {
    const rows = await db.select<{ run_id: string }>(
      `SELECT run_id
       FROM dataflow_run
       WHERE rerun_of IN (?)
       UNION
       SELECT a.target_run_id
       FROM dataflow_queue q
       JOIN dataflow_queue a ON ${SAME_SOURCE}
       WHERE q.target_run_id = ?
         AND a.target_run_id IS NOT NULL
         AND ${REQUEUED}`, // run_by_rerun_of, queue_by_target_run, queue_by_source
      [level, runId, level],
    );
    level = rows.map((row) => asRunId(row.run_id)).filter((id) => id !== runId && !found.has(id));
    for (const id of level) found.add(id);
  }
  return found;
}

/**
 * Newest first, and locked until the transaction ends: none of them is run again meanwhile, nor is what they consumed claimed by
 * others.
 */
export async function lockSuccessors(tx: Queryable, runId: RunId): Promise<Run[]> {
  const locked = new Set<RunId>();
  const lockMore = async (): Promise<boolean> => {
    const more = [...(await successorsOf(tx, runId))].filter((id) => !locked.has(id));
    if (more.length > 0) await tx.select('SELECT id FROM dataflow_run WHERE run_id IN (?) FOR UPDATE', [more]); // run_by_run_id
    for (const id of more) locked.add(id);
    return more.length > 0;
  };
  await lockMore();
  // Who is just claiming something is waited for, and is one more.
  do await lockSources(tx, runId);
  while (await lockMore());
  if (locked.size === 0) return [];
  const rows = await tx.select<RunRow>(`${RUN_SELECT} WHERE r.run_id IN (?) ORDER BY r.id DESC`, [[...locked]]); // run_by_run_id
  return rows.map(rowToRun);
}

/**
 * The run that it took over from, directly or by way of others, and whose late end was accepted since: no other run's end comes
 * after the start of one that took over from it.
 */
export async function acceptedSince(db: Queryable, { runId, rerunOf }: Run): Promise<RunId | undefined> {
  const [row] = await db.select<{ run_id: string }>(
    `SELECT r.run_id
     FROM dataflow_run own
     JOIN dataflow_queue q ON q.target_run_id = own.run_id
     JOIN dataflow_queue a ON ${SAME_SOURCE} AND a.attempt < q.attempt
     JOIN dataflow_run r ON r.run_id = a.target_run_id
     WHERE own.run_id = ?
       AND r.state = 'success'
       AND r.ended_at > own.started_at
     LIMIT 1`, // run_by_run_id, queue_by_target_run, queue_by_source
    [runId],
  );
  return row ? asRunId(row.run_id) : acceptedInChain(db, runId, rerunOf);
}

/** Of runs without sources, what they are reruns of is all that ties them together. */
async function acceptedInChain(db: Queryable, runId: RunId, rerunOf: RunId | null): Promise<RunId | undefined> {
  for (let id = rerunOf; id !== null;) {
    const [row] = await db.select<{ rerun_of: string | null; accepted: 0 | 1 | null }>(
      `SELECT r.rerun_of, r.state = 'success' AND r.ended_at > own.started_at AS accepted
       FROM dataflow_run r
       JOIN dataflow_run own ON own.run_id = ?
       WHERE r.run_id = ?`, // run_by_run_id
      [runId, id],
    );
    if (row?.accepted === 1) return id;
    id = row?.rerun_of == null ? null : asRunId(row.rerun_of);
  }
  return undefined;
}
