// What an operator decides about a run while it is open.

import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Its sources go back to the queue when it ends. */
export async function setReleaseCause(tx: Queryable, runId: RunId, cause: 'clear'): Promise<void> {
  await tx.write('UPDATE dataflow_run SET release_cause = ? WHERE run_id = ?', [cause, runId]); // run_by_run_id
}

export async function setPriority(tx: Queryable, runId: RunId, priority: number): Promise<void> {
  await tx.write('UPDATE dataflow_run SET priority = ? WHERE run_id = ?', [priority, runId]); // run_by_run_id
}

/** A run that has ended may have succeeded all the same; the only end that is ever changed, and an event tells of it. */
export async function reopenEnd(tx: Queryable, runId: RunId): Promise<void> {
  await tx.write(`UPDATE dataflow_run SET state = 'started', open_slot = NULL WHERE run_id = ?`, [runId]); // run_by_run_id
}
