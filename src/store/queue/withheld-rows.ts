// Rows of a slot that nobody may claim at present, by who keeps them.

import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';

export async function withheldRows(
  db: Queryable,
  target: DataflowId,
  slot: string,
): Promise<{ readonly by: string; readonly count: number }[]> {
  const rows = await db.select<{ withheld_by: string; count: number }>(
    `SELECT withheld_by, COUNT(*) AS count
     FROM dataflow_queue
     WHERE target_dataflow_id = ?
       AND target_run_id IS NULL
       AND withheld_by IS NOT NULL
       AND target_slot = ?
     GROUP BY withheld_by
     ORDER BY withheld_by`, // queue_ready
    [target, slot],
  );
  return rows.map(({ withheld_by: by, count }) => ({ by, count }));
}
