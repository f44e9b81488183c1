// What a waiting run waits for: read by those who would wake it, and by people.

import type { RunId } from '../../domain/ids';
import type { WaitKind } from '../../domain/start';
import type { Queryable } from '../database';

export async function setWaiting(tx: Queryable, runId: RunId, waitingFor: WaitKind): Promise<void> {
  await tx.write(
    `UPDATE dataflow_run
     SET waiting_for = ?, waiting_since = UTC_TIMESTAMP(6)
     WHERE run_id = ?
       AND state = 'waiting'`, // run_by_run_id
    [waitingFor, runId],
  );
}

/** Its external job was heard of. */
export async function setHeartbeat(tx: Queryable, runId: RunId): Promise<void> {
  await tx.write(
    `UPDATE dataflow_run
     SET heartbeat_at = UTC_TIMESTAMP(6)
     WHERE run_id = ?
       AND state = 'started'`, // run_by_run_id
    [runId],
  );
}

/** It has been told of that it didn't start in time. */
export async function setLate(tx: Queryable, runId: RunId): Promise<void> {
  await tx.write('UPDATE dataflow_run SET late_at = UTC_TIMESTAMP(6) WHERE run_id = ?', [runId]); // run_by_run_id
}
