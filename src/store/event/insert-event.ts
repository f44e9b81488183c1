// A transition of a run, written in the transaction that makes it.

import type { DataflowId, RunId } from '../../domain/ids';
import type { RerunCause } from '../../domain/model';
import type { RunState } from '../../domain/run-state';
import type { Queryable } from '../database';
import { toJson } from '../json-column';

/** A state that the run entered, or what happened to it on the way. */
export type RunEvent = RunState | RerunCause | 'release' | 'late' | 'cancel' | 'accept' | 'prioritize' | 'heal';

export async function insertEvent(
  tx: Queryable,
  runId: RunId,
  dataflowId: DataflowId,
  event: RunEvent,
  detail: Readonly<Record<string, unknown>> | null = null,
): Promise<void> {
  await tx.write(
    `INSERT INTO run_event (run_id, dataflow_id, event, at, detail)
     VALUES (?, ?, ?, UTC_TIMESTAMP(6), ?)`,
    [runId, dataflowId, event, toJson(detail)],
  );
}

/** For each source run of which a holder keeps something from being claimed. */
export async function insertEventOfHeld(
  tx: Queryable,
  holder: string,
  event: RunEvent,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.write(
    `INSERT INTO run_event (run_id, dataflow_id, event, at, detail)
     SELECT DISTINCT source_run_id, source_dataflow_id, ?, UTC_TIMESTAMP(6), ?
     FROM dataflow_queue
     WHERE withheld_by = ?
       AND target_run_id IS NULL`, // queue_by_withheld
    [event, toJson(detail), holder],
  );
}
