// Who consumed a run, and who consumed those, level by level.

import type { RunId } from '../../domain/ids';
import { runId as asRunId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

export interface Consumption {
  readonly source: RunId;
  readonly target: RunId;
}

/** The runs that claimed something of these. */
export async function consumersOf(db: Queryable, sources: readonly RunId[]): Promise<Consumption[]> {
  if (sources.length === 0) return [];
  const rows = await db.select<{ source_run_id: string; target_run_id: string }>(
    `SELECT DISTINCT source_run_id, target_run_id
     FROM dataflow_queue
     WHERE source_run_id IN (?)
       AND target_run_id IS NOT NULL`, // queue_by_source
    [[...sources]],
  );
  return rows.map((row) => ({ source: asRunId(row.source_run_id), target: asRunId(row.target_run_id) }));
}

/** Runs, with whether another consumes their sources once more already. */
export async function runsById(
  db: Queryable,
  runIds: readonly RunId[],
): Promise<
  (Run & { readonly isSuperseded: boolean; readonly workflowType: string | null; readonly taskQueue: string | null })[]
> {
  if (runIds.length === 0) return [];
  const rows = await db.select<RunRow & { superseded: 0 | 1; workflow_type: string | null; task_queue: string | null }>(
    `${RUN_SELECT.replace('d.dataflow_key', 'd.dataflow_key, d.workflow_type, d.task_queue, EXISTS (SELECT 1 FROM dataflow_run n WHERE n.rerun_of = r.run_id AND (n.started_at IS NOT NULL OR n.open_slot IS NOT NULL)) AS superseded')}
     WHERE r.run_id IN (?)
     ORDER BY r.id`, // run_by_run_id, run_by_rerun_of
    [[...runIds]],
  );
  return rows.map((row) => ({
    ...rowToRun(row),
    isSuperseded: row.superseded === 1,
    workflowType: row.workflow_type,
    taskQueue: row.task_queue,
  }));
}
