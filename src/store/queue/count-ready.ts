// How much is queued for relations and nobody has consumed: that of suspended ones included.

import type { RelationId } from '../../domain/ids';
import type { Queryable } from '../database';

export async function countReady(db: Queryable, relations: readonly RelationId[]): Promise<Map<string, number>> {
  if (relations.length === 0) return new Map();
  const rows = await db.select<{ relation_id: number | string; ready: number }>(
    `SELECT relation_id, COUNT(*) AS ready
     FROM dataflow_queue
     WHERE relation_id IN (?)
       AND target_run_id IS NULL
       AND withheld_by IS NULL
     GROUP BY relation_id`, // queue_by_relation
    [[...relations]],
  );
  return new Map(rows.map((row) => [String(row.relation_id), row.ready]));
}
