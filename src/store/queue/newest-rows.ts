// How fresh the sources of a slot are: the age of each one's newest run, consumed or not, by the database's clock. What was queued
// once more is as old as it was.

import { dataflowId } from '../../domain/ids';
import type { DataflowId, RelationId, RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Milliseconds, by source. A source that never finished a run for the slot isn't there. */
export async function newestAge(
  db: Queryable,
  relations: readonly RelationId[],
  slot: string,
): Promise<Map<DataflowId, number>> {
  if (relations.length === 0) return new Map();
  const rows = await db.select<AgeRow>(
    `SELECT l.source_dataflow_id, ${ageAt('UTC_TIMESTAMP(6)', 'q.target_slot = ?')} AS age
     FROM dataflow_relation l
     WHERE l.id IN (?)`, // PRIMARY, queue_by_relation
    [slot, [...relations]],
  );
  return byDataflow(rows);
}

/** As `newestAge`, for the slot of a run that has started, as it was then. */
export async function newestAgeAtStart(
  db: Queryable,
  relations: readonly RelationId[],
  runId: RunId,
): Promise<Map<DataflowId, number>> {
  if (relations.length === 0) return new Map();
  const rows = await db.select<AgeRow>(
    `SELECT l.source_dataflow_id,
       ${ageAt('s.started_at', 'q.target_slot = s.slot AND q.ready_at <= s.started_at')} AS age
     FROM dataflow_run s
     JOIN dataflow_relation l ON l.id IN (?)
     WHERE s.run_id = ?`, // run_by_run_id, PRIMARY, queue_by_relation
    [[...relations], runId],
  );
  return byDataflow(rows);
}

/** How old, at `moment`, the newest of relation `l`'s rows is that are `among` those asked for. */
const ageAt = (moment: string, among: string): string => `TIMESTAMPDIFF(MICROSECOND, (
       SELECT q.ready_at
       FROM dataflow_queue q
       WHERE q.relation_id = l.id
         AND q.cause = 'finish'
         AND ${among}
       ORDER BY q.ready_at DESC
       LIMIT 1
     ), ${moment}) DIV 1000`;

interface AgeRow {
  source_dataflow_id: number | string;
  age: number | string | null;
}

function byDataflow(rows: readonly AgeRow[]): Map<DataflowId, number> {
  return new Map(
    rows.flatMap(({ source_dataflow_id: id, age }) => (age === null ? [] : [[dataflowId(id), Number(age)] as const])),
  );
}
