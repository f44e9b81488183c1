// Queue rows that somebody keeps from being claimed until he lets go of them: a backfill or a replay.

import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Lets go of what a holder still has; returns the dataflows that it was for. */
export async function releaseHeld(tx: Queryable, holder: string): Promise<DataflowId[]> {
  const rows = await tx.select<{ id: number | string }>(
    `SELECT DISTINCT target_dataflow_id AS id
     FROM dataflow_queue
     WHERE withheld_by = ?
       AND target_run_id IS NULL
     FOR UPDATE`, // queue_by_withheld; locked, so that none is added that isn't told
    [holder],
  );
  await tx.write(
    `UPDATE dataflow_queue
     SET withheld_by = NULL
     WHERE withheld_by = ?
       AND target_run_id IS NULL`, // queue_by_withheld
    [holder],
  );
  return rows.map(({ id }) => dataflowId(id));
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
