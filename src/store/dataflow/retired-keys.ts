// Which of some dataflows are retired, by their keys.

import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';

export async function retiredKeys(db: Queryable, ids: readonly DataflowId[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.select<{ dataflow_key: string }>(
    `SELECT dataflow_key
     FROM dataflow
     WHERE id IN (?)
       AND status = 'retired'
     ORDER BY dataflow_key`, // PRIMARY
    [[...ids]],
  );
  return rows.map((row) => row.dataflow_key);
}
