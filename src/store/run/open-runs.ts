// All open runs, page by page.

import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

export interface OpenRunPage {
  readonly runs: readonly Run[];
  /** For the next page; null: this was the last one. */
  readonly after: string | null;
}

/** Those that have been open for `minAgeMs` at least: a younger one may be in the middle of something. */
export async function openRuns(
  db: Queryable,
  { after, limit, minAgeMs }: { readonly after: string | null; readonly limit: number; readonly minAgeMs: number },
): Promise<OpenRunPage> {
  const rows = await db.select<RunRow & { id: number | string }>(
    `${RUN_SELECT}
     WHERE r.state IN ('waiting', 'started')
       AND r.id > ?
       AND COALESCE(r.started_at, r.opened_at) < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND
     ORDER BY r.id
     LIMIT ?`, // run_by_state
    [after ?? '0', minAgeMs * 1000, limit],
  );
  const last = rows.at(-1);
  return { runs: rows.map(rowToRun), after: last && rows.length === limit ? String(last.id) : null };
}

/** How long a run has been silent, in milliseconds, by the database's clock. */
export async function silentMs(db: Queryable, runId: string): Promise<number> {
  const [row] = await db.select<{ silent: number | string }>(
    `SELECT TIMESTAMPDIFF(MICROSECOND, heartbeat_at, UTC_TIMESTAMP(6)) DIV 1000 AS silent
     FROM dataflow_run
     WHERE run_id = ?`, // run_by_run_id
    [runId],
  );
  return Number(row?.silent ?? 0);
}
