// A waiting run becomes a started one, in the transaction that claims its sources.

import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** False when the run isn't waiting (any more). */
export async function startRun(tx: Queryable, runId: RunId): Promise<boolean> {
  const { affectedRows } = await tx.write(
    `UPDATE dataflow_run
     SET state = 'started', started_at = UTC_TIMESTAMP(6), heartbeat_at = UTC_TIMESTAMP(6), waiting_for = NULL
     WHERE run_id = ?
       AND state = 'waiting'`, // run_by_run_id
    [runId],
  );
  return affectedRows === 1;
}
