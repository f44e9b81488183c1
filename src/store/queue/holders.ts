// Queue rows that somebody keeps from being claimed until he lets go of them: a backfill or a replay.

import { dataflowId, queueId, runId as asRunId } from '../../domain/ids';
import type { DataflowId, QueueId, RunId } from '../../domain/ids';
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

/** What a holder has for a slot. */
export async function heldRows(
  db: Queryable,
  target: DataflowId,
  slot: string,
  holder: string,
): Promise<{ readonly queueId: QueueId }[]> {
  const rows = await db.select<{ id: number | string }>(
    `SELECT id
     FROM dataflow_queue
     WHERE target_dataflow_id = ?
       AND target_run_id IS NULL
       AND withheld_by = ?
       AND target_slot = ?
     ORDER BY id`, // queue_ready
    [target, holder, slot],
  );
  return rows.map(({ id }) => ({ queueId: queueId(id) }));
}

/** Sources of a run that have succeeded once more under a holder: what they left takes their place. */
export async function replacedSources(db: Queryable, targetRunId: RunId, holder: string): Promise<RunId[]> {
  const rows = await db.select<{ source_run_id: string }>(
    `SELECT DISTINCT q.source_run_id
     FROM dataflow_queue q
     JOIN dataflow_run r ON r.rerun_of = q.source_run_id
     WHERE q.target_run_id = ?
       AND r.withhold_by = ?
       AND r.state = 'success'`, // queue_by_target_run, run_by_rerun_of
    [targetRunId, holder],
  );
  return rows.map((row) => asRunId(row.source_run_id));
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
