// What tells one database from another's in the same Temporal namespace.

import type { Queryable } from '../database';

export async function lakeId(db: Queryable): Promise<string> {
  const [row] = await db.select<{ lake_id: string | null }>('SELECT lake_id FROM dataflow_graph WHERE id = 1');
  return row?.lake_id ?? 'unknown';
}
