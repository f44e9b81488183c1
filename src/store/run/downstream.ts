// Who consumed runs, and which runs are versions of the same: reruns of one another.

import type { RunId } from '../../domain/ids';
import { runId as asRunId } from '../../domain/ids';
import type { Consumption, Version } from '../../domain/replay-lines';
import type { Queryable } from '../database';
import { PART_COLUMNS, PART_JOIN, rowToPart } from '../queue/parts';
import type { PartSqlRow } from '../queue/parts';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

/** What was claimed of these, or given back and not claimed since; in the order in which it was queued. */
export async function consumptionsOf(db: Queryable, sources: readonly RunId[]): Promise<Consumption[]> {
  if (sources.length === 0) return [];
  const rows = await db.select<ConsumptionSqlRow>(
    `SELECT ${PART_COLUMNS}, q.target_run_id, q.target_dataflow_id, q.target_slot
     FROM dataflow_queue q
     ${PART_JOIN}
     WHERE q.source_run_id IN (?)
       AND (q.target_run_id IS NOT NULL OR (q.rerun_of IS NOT NULL AND q.withheld_by IS NULL))
     ORDER BY q.id`, // queue_by_source, run_by_run_id
    [[...sources]],
  );
  return rows.map((row) => ({
    source: asRunId(row.source_run_id),
    target: row.target_run_id === null ? null : asRunId(row.target_run_id),
    slot: `${String(row.target_dataflow_id)} ${row.target_slot}`,
    part: rowToPart(row),
  }));
}

/** These runs, what they are reruns of, their reruns, and so on, in the order in which they opened; without those that never started. */
export async function versionsOf(db: Queryable, runIds: readonly RunId[]): Promise<Version[]> {
  const found = new Map<string, VersionRow>();
  const asked = new Set<string>();
  for (let next: string[] = [...runIds]; next.length > 0;) {
    for (const id of next) asked.add(id);
    const rows = [
      ...(await select(db, 'r.run_id IN (?)', next)), // run_by_run_id
      ...(await select(db, 'r.rerun_of IN (?)', next)), // run_by_rerun_of
    ];
    for (const row of rows) found.set(row.run_id, row);
    next = rows.flatMap((row) => [row.run_id, row.rerun_of ?? row.run_id]).filter((id) => !asked.has(id));
  }
  return [...found.values()].sort((a, b) => Number(a.id) - Number(b.id)).map(rowToVersion);
}

type ConsumptionSqlRow = PartSqlRow & {
  target_run_id: string | null;
  target_dataflow_id: number | string;
  target_slot: string;
};

type VersionRow = RunRow & {
  id: number | string;
  workflow_type: string | null;
  task_queue: string | null;
};

const VERSION_SELECT = RUN_SELECT.replace('d.dataflow_key', 'd.dataflow_key, d.workflow_type, d.task_queue');

const select = (db: Queryable, where: string, ids: readonly string[]): Promise<VersionRow[]> =>
  db.select<VersionRow>(`${VERSION_SELECT} WHERE ${where} AND (r.started_at IS NOT NULL OR r.open_slot IS NOT NULL)`, [
    [...ids],
  ]);

function rowToVersion(row: VersionRow): Version {
  const { runId, rerunOf, dataflow, slot, partitionKey, state, startedAt } = rowToRun(row);
  return {
    ...{ runId, rerunOf, dataflow, slot, partitionKey, state, startedAt },
    workflowType: row.workflow_type,
    taskQueue: row.task_queue,
  };
}
