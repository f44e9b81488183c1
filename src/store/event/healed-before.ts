// How often a run was healed of something, as its events tell.

import type { HealedBefore } from '../../domain/healing';
import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** By the ID of the workflow that was healed; a source run's events tell of its targets' slots. */
export async function healedBefore(db: Queryable, runId: RunId, kind: string): Promise<Map<string, HealedBefore>> {
  const rows = await db.select<{ workflow_id: string | null; times: number; ago: number | string }>(
    `SELECT JSON_UNQUOTE(JSON_EXTRACT(detail, '$.workflowId')) AS workflow_id, COUNT(*) AS times,
       TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) DIV 1000 AS ago
     FROM run_event
     WHERE run_id = ?
       AND event = 'heal'
       AND JSON_UNQUOTE(JSON_EXTRACT(detail, '$.kind')) = ?
     GROUP BY workflow_id`, // event_by_run
    [runId, kind],
  );
  return new Map(rows.map(({ workflow_id: id, times, ago }) => [id ?? '', { times, agoMs: Number(ago) }]));
}
