// The places that a dataflow has for runs at once, and who stands in line for the next one.

import type { DataflowId, RunId } from '../../domain/ids';
import type { Dataflow, Run, SlotOrder } from '../../domain/model';
import type { Places } from '../../domain/start';
import type { Queryable, SqlValue } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

/** Where a run stands, or would stand, in the line. */
export interface InLine {
  /** Null: it isn't open yet. */
  readonly runId: RunId | null;
  readonly slot: string;
  readonly priority: number;
  /** Since when it has been in line; null: it isn't. */
  readonly inLineSince: Date | null;
}

/** `lock`: no other run of the dataflow takes a place until the transaction ends. */
export async function readPlaces(db: Queryable, dataflow: Dataflow, run: InLine, lock: boolean): Promise<Places> {
  if (lock) await db.select('SELECT id FROM dataflow WHERE id = ? FOR UPDATE', [dataflow.id]); // PRIMARY
  const [before, values] = comesBefore(dataflow.slotOrder, run);
  const [row] = await db.select<{ ahead: number }>(
    `SELECT COUNT(*) AS ahead
     FROM dataflow_run r
     WHERE r.dataflow_id = ?
       AND r.state = 'waiting'
       AND r.waiting_for = 'place'
       AND r.run_id <> ?
       AND (r.priority > ? OR (r.priority = ? AND ${before}))`, // run_by_dataflow_state
    [dataflow.id, run.runId ?? '', run.priority, run.priority, ...values],
  );
  return {
    limit: dataflow.maxConcurrentRuns ?? Infinity,
    running: await running(db, dataflow.id),
    ahead: row?.ahead ?? 0,
  };
}

/** Those in line that have a place now, first come first served. */
export async function nextInLine(db: Queryable, dataflow: Dataflow): Promise<Run[]> {
  if (dataflow.maxConcurrentRuns === null) return [];
  const free = dataflow.maxConcurrentRuns - (await running(db, dataflow.id));
  if (free <= 0) return [];
  const rows = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.dataflow_id = ?
       AND r.state = 'waiting'
       AND r.waiting_for = 'place'
     ORDER BY r.priority DESC, ${ORDER[dataflow.slotOrder]}, r.id
     LIMIT ?`, // run_by_dataflow_state
    [dataflow.id, free],
  );
  return rows.map(rowToRun);
}

const ORDER: Readonly<Record<SlotOrder, string>> = {
  ready: 'r.waiting_since',
  oldest: 'r.slot',
  newest: 'r.slot DESC',
};

async function running(db: Queryable, dataflow: DataflowId): Promise<number> {
  const [row] = await db.select<{ running: number }>(
    `SELECT COUNT(*) AS running
     FROM dataflow_run
     WHERE dataflow_id = ?
       AND state = 'started'`, // run_by_dataflow_state
    [dataflow],
  );
  return row?.running ?? 0;
}

function comesBefore(order: SlotOrder, { slot, inLineSince }: InLine): [sql: string, values: SqlValue[]] {
  switch (order) {
    case 'ready':
      return inLineSince ? ['r.waiting_since < ?', [inLineSince]] : ['TRUE', []];
    case 'oldest':
      return ['r.slot < ?', [slot]];
    case 'newest':
      return ['r.slot > ?', [slot]];
  }
}
