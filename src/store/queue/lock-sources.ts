// Holds still what a run consumed: who is just claiming it is waited for, and who comes later waits.

import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';
import { SAME_SOURCE } from './requeue';

/** Locks all rows of its source runs, for the same slot, until the transaction ends. */
export async function lockSources(tx: Queryable, runId: RunId): Promise<void> {
  await tx.select(
    `SELECT COUNT(a.id)
     FROM dataflow_queue q
     JOIN dataflow_queue a ON ${SAME_SOURCE}
     WHERE q.target_run_id = ?
     FOR UPDATE`, // queue_by_target_run, queue_by_source
    [runId],
  );
}
