// Which of some keys are registered, and how those dataflows stand.

import type { DataflowStatus } from '../../domain/model';
import type { Queryable } from '../database';

export async function statusesOf(db: Queryable, keys: readonly string[]): Promise<Map<string, DataflowStatus>> {
  if (keys.length === 0) return new Map();
  const rows = await db.select<{ dataflow_key: string; status: DataflowStatus }>(
    'SELECT dataflow_key, status FROM dataflow WHERE dataflow_key IN (?)', // dataflow_by_key
    [[...keys]],
  );
  return new Map(rows.map((row) => [row.dataflow_key, row.status]));
}
