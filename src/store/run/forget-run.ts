// A waiting run that a trigger opened for nothing: the request leaves no trace.

import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** False when the run isn't waiting (any more). */
export async function forgetRun(tx: Queryable, runId: RunId): Promise<boolean> {
  const { affectedRows } = await tx.write(
    `DELETE FROM dataflow_run
     WHERE run_id = ?
       AND state = 'waiting'`, // run_by_run_id
    [runId],
  );
  if (affectedRows === 1) await tx.write('DELETE FROM run_event WHERE run_id = ? AND published_at IS NULL', [runId]);
  return affectedRows === 1;
}
