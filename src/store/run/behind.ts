// Who may wait for what a run that failed would have written.

import type { DataflowId, RelationId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

/** Whether what it was to write has been written since: its partition; where it has none, anything in its slot. */
export async function hasSucceededSince(
  db: Queryable,
  { runId: id, dataflowId, slot, partitionKey }: Pick<Run, 'runId' | 'dataflowId' | 'slot' | 'partitionKey'>,
): Promise<boolean> {
  const rows = await db.select(
    `SELECT 1
     FROM dataflow_run r FORCE INDEX (run_by_dataflow_state)
     JOIN dataflow_run f ON f.run_id = ?
     WHERE r.dataflow_id = ?
       AND r.state = 'success'
       AND r.slot = ?
       AND r.id > f.id
       AND (? IS NULL
         OR r.partition_key = ?
         OR JSON_CONTAINS(JSON_EXTRACT(r.partitions, '$[*].partitionKey'), JSON_QUOTE(?)))
     LIMIT 1`, // run_by_run_id, run_by_dataflow_state
    [id, dataflowId, slot, partitionKey, partitionKey, partitionKey ?? ''],
  );
  return rows.length > 0;
}

/** Of certain dataflows, however many wait in all. */
const SELECT = RUN_SELECT.replace('dataflow_run r', 'dataflow_run r FORCE INDEX (run_by_dataflow_state)');

/** Runs of these dataflows that wait for sources in one of the slots; oldest first, 100 at most. */
export async function waitingInSlots(
  db: Queryable,
  targets: readonly DataflowId[],
  slots: readonly string[],
): Promise<Run[]> {
  const rows = await db.select<RunRow>(
    `${SELECT}
     WHERE r.dataflow_id IN (?)
       AND r.state = 'waiting'
       AND r.slot IN (?)
       AND r.waiting_for = 'sources'
     ORDER BY r.id
     LIMIT 100`, // run_by_dataflow_state
    [[...targets], [...slots]],
  );
  return rows.map(rowToRun);
}

/** Runs of these relations' targets that wait for sources, in whatever slot, and have nothing ready by them; oldest first, 100 at most. */
export async function waitingWithout(db: Queryable, relations: readonly RelationId[]): Promise<Run[]> {
  const rows = await db.select<RunRow>(
    `${SELECT}
     JOIN dataflow_relation l FORCE INDEX (PRIMARY) ON l.target_dataflow_id = r.dataflow_id
     WHERE l.id IN (?)
       AND r.state = 'waiting'
       AND r.waiting_for = 'sources'
       AND NOT EXISTS (
         SELECT 1
         FROM dataflow_queue q
         WHERE q.target_dataflow_id = r.dataflow_id
           AND q.target_run_id IS NULL
           AND q.withheld_by IS NULL
           AND q.target_slot = r.slot
           AND q.relation_id = l.id
       )
     ORDER BY r.id
     LIMIT 100`, // PRIMARY, run_by_dataflow_state, queue_ready
    [[...relations]],
  );
  return rows.map(rowToRun);
}
