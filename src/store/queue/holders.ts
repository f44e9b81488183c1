// Queue rows that somebody keeps from being claimed until he lets go of them: a backfill or a replay.

import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Rows that it lets go of with one statement. */
const CHUNK = 2_000;

/**
 * Lets go of what a holder still has; returns the dataflows that it was for. Just the rows that it read: one that comes in meanwhile
 * (a run of the holder's may end at any time) is read by the next step.
 */
export async function releaseHeld(tx: Queryable, holder: string): Promise<DataflowId[]> {
  const targets = new Set<DataflowId>();
  for (;;) {
    const rows = await tx.select<{ id: number | string; target: number | string }>(
      `SELECT id, target_dataflow_id AS target
       FROM dataflow_queue
       WHERE withheld_by = ?
         AND target_run_id IS NULL
       ORDER BY id
       LIMIT ?
       FOR UPDATE`, // queue_by_withheld
      [holder, CHUNK],
    );
    if (rows.length === 0) return [...targets];
    await tx.write('UPDATE dataflow_queue SET withheld_by = NULL WHERE id IN (?)', [rows.map(({ id }) => id)]); // PRIMARY
    for (const { target } of rows) targets.add(dataflowId(target));
  }
}

/** Whether a holder has rows still; if so, it lets go of none until the transaction ends. */
export async function lockHeld(tx: Queryable, holder: string): Promise<boolean> {
  const rows = await tx.select<{ id: number | string }>(
    `SELECT id
     FROM dataflow_queue
     WHERE withheld_by = ?
       AND target_run_id IS NULL
     ORDER BY id
     LIMIT 1
     FOR UPDATE`, // queue_by_withheld
    [holder],
  );
  return rows.length > 0;
}

/** Those that keep rows until they have ended, and how many. Who skipped rows for good isn't among them. */
export async function holders(db: Queryable): Promise<{ readonly holder: string; readonly count: number }[]> {
  return db.select<{ holder: string; count: number }>(
    `SELECT withheld_by AS holder, COUNT(*) AS count
     FROM dataflow_queue
     WHERE (withheld_by LIKE 'backfill:%' OR withheld_by LIKE 'replay:%')
       AND target_run_id IS NULL
     GROUP BY withheld_by`, // queue_by_withheld
  );
}
