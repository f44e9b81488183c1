// The claim: a target run takes queue rows, in the transaction that starts it. A claimed row is a lineage edge.

import type { QueueId, RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Rows taken per statement: a packet stays far below any server's limit. */
const CHUNK = 5_000;

/**
 * False when somebody else claimed a row meanwhile, or withheld it; the caller then rolls back and looks again. `holder`: whose
 * rows it may claim besides, where it is that one's own run.
 */
export async function claimRows(
  tx: Queryable,
  runId: RunId,
  rows: readonly QueueId[],
  holder: string | null,
): Promise<boolean> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    const { affectedRows } = await tx.write(
      `UPDATE dataflow_queue
       SET target_run_id = ?, withheld_by = NULL, claimed_at = UTC_TIMESTAMP(6)
       WHERE id IN (?)
         AND target_run_id IS NULL
         AND (withheld_by IS NULL OR withheld_by = ?)`, // PRIMARY
      [runId, chunk, holder],
    );
    if (affectedRows !== chunk.length) return false;
  }
  return true;
}
