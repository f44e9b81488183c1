// A run whose workflow is gone: it can't end by itself any more, so its slot is taken from it.

import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** False when the run has ended meanwhile. */
export async function orphanRun(tx: Queryable, runId: RunId, message: string): Promise<boolean> {
  const { affectedRows } = await tx.write(
    `UPDATE dataflow_run
     SET state = 'orphaned', open_slot = NULL, ended_at = UTC_TIMESTAMP(6), message = ?
     WHERE run_id = ?
       AND open_slot IS NOT NULL`, // run_by_run_id
    [message, runId],
  );
  return affectedRows === 1;
}
