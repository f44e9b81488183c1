// What a waiting run waits for: read by those who would wake it, and by people.

import type { DataflowId, RunId } from '../../domain/ids';
import type { WaitKind } from '../../domain/start';
import type { Queryable } from '../database';

/** A pause takes nobody's place in the line: `waiting_since` stays, into it and out of it. */
export async function setWaiting(tx: Queryable, runId: RunId, waitingFor: WaitKind): Promise<void> {
  await tx.write(
    `UPDATE dataflow_run
     SET waiting_since = IF(waiting_for IN (?) AND ? IN (?), waiting_since, UTC_TIMESTAMP(6)), waiting_for = ?
     WHERE run_id = ?
       AND state = 'waiting'`, // run_by_run_id
    [[...KEPT_SINCE], waitingFor, [...KEPT_SINCE], waitingFor, runId],
  );
}

const KEPT_SINCE: readonly WaitKind[] = ['place', 'pause'];

/** Who waited for the end of a pause stands in line from now on: so the first to look isn't the first to start. */
export async function lineUp(tx: Queryable, dataflow: DataflowId): Promise<void> {
  await tx.write(
    `UPDATE dataflow_run
     SET waiting_for = 'place'
     WHERE dataflow_id = ?
       AND state = 'waiting'
       AND waiting_for = 'pause'`, // run_by_dataflow_state
    [dataflow],
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
