// How often a run was healed of something, as its events tell.

import type { HealedBefore } from '../../domain/healing';
import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

/** `workflowId`: of the workflow that was healed; a source run's events tell of its targets' slots. */
export async function healedBefore(
  db: Queryable,
  runId: RunId,
  { kind, workflowId }: { readonly kind: string; readonly workflowId: string },
): Promise<HealedBefore> {
  const [row] = await db.select<{ times: number; ago: number | string | null }>(
    `SELECT COUNT(*) AS times, TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) DIV 1000 AS ago
     FROM run_event
     WHERE run_id = ?
       AND event = 'heal'
       AND JSON_UNQUOTE(JSON_EXTRACT(detail, '$.kind')) = ?
       AND JSON_UNQUOTE(JSON_EXTRACT(detail, '$.workflowId')) = ?`, // event_by_run
    [runId, kind, workflowId],
  );
  return { times: row?.times ?? 0, agoMs: Number(row?.ago ?? 0) };
}
