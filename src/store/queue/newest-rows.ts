// How fresh the sources of a slot are: the age of each one's newest run, consumed or not, by the database's clock.

import { dataflowId } from '../../domain/ids';
import type { DataflowId, RelationId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Milliseconds, by source. A source that never finished a run for the slot isn't there. */
export async function newestAge(
  db: Queryable,
  relations: readonly RelationId[],
  slot: string,
): Promise<Map<DataflowId, number>> {
  if (relations.length === 0) return new Map();
  const rows = await db.select<{ source_dataflow_id: number | string; age: number | string }>(
    `SELECT l.source_dataflow_id, TIMESTAMPDIFF(MICROSECOND, n.newest, UTC_TIMESTAMP(6)) DIV 1000 AS age
     FROM (
       SELECT q.relation_id, MAX(q.ready_at) AS newest
       FROM dataflow_queue q
       WHERE q.relation_id IN (?)
         AND q.target_slot = ?
       GROUP BY q.relation_id
     ) n
     JOIN dataflow_relation l ON l.id = n.relation_id`, // queue_by_relation
    [[...relations], slot],
  );
  return new Map(rows.map((row) => [dataflowId(row.source_dataflow_id), Number(row.age)]));
}
