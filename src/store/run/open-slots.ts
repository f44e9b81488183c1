// The partitions that a dataflow has open runs for.

import { runId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';

/** Locked until the transaction ends: who is just opening or ending one is waited for. */
export async function lockOpenSlots(tx: Queryable, dataflow: DataflowId): Promise<Pick<Run, 'runId' | 'slot'>[]> {
  const rows = await tx.select<{ run_id: string; slot: string }>(
    `SELECT run_id, slot
     FROM dataflow_run
     WHERE dataflow_id = ?
       AND open_slot <> ''
     FOR UPDATE`, // run_by_open_slot
    [dataflow],
  );
  return rows.map((row) => ({ runId: runId(row.run_id), slot: row.slot }));
}
