// One run: by its runId (or several by theirs), by the request that opened it, or by the slot that it holds.

import type { DataflowId } from '../../domain/ids';
import { RunNotFoundError } from '../../domain/errors';
import type { Run } from '../../domain/model';
import type { Queryable } from '../database';
import { RUN_SELECT, rowToRun } from './row';
import type { RunRow } from './row';

// What else is asked for can't be compared with an ASCII column: MySQL would answer with an error.
export const isRunId = (text: string): boolean => /^[!-~]{1,36}$/.test(text);

export async function findRun(db: Queryable, runId: string): Promise<Run | undefined> {
  if (!isRunId(runId)) return undefined;
  const [row] = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.run_id = ?`, // run_by_run_id
    [runId],
  );
  return row && rowToRun(row);
}

/** Those that there are. */
export async function findRuns(db: Queryable, runIds: readonly string[]): Promise<Run[]> {
  const ids = runIds.filter(isRunId);
  if (ids.length === 0) return [];
  const rows = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.run_id IN (?)`, // run_by_run_id
    [ids],
  );
  return rows.map(rowToRun);
}

/** @throws RunNotFoundError */
export async function getRun(db: Queryable, runId: string): Promise<Run> {
  const run = await findRun(db, runId);
  if (run) return run;
  throw new RunNotFoundError(`There is no run ${runId}. Check the runId: it is the one that the start returned.`, {
    runId,
  });
}

/** The run, locked until the transaction ends. */
export async function lockRun(tx: Queryable, runId: string): Promise<Run | undefined> {
  if (!isRunId(runId)) return undefined;
  // The run's row alone: a lock on its dataflow's would tie slots together.
  await tx.select('SELECT id FROM dataflow_run WHERE run_id = ? FOR UPDATE', [runId]); // run_by_run_id
  return findRun(tx, runId);
}

/** The run that an earlier start with the same requestId opened. */
export async function findRunByRequest(
  db: Queryable,
  dataflow: DataflowId,
  requestId: string,
): Promise<Run | undefined> {
  const [row] = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.dataflow_id = ?
       AND r.request_id = ?`, // run_by_request
    [dataflow, requestId],
  );
  return row && rowToRun(row);
}

/** The open run that holds a slot. */
export async function findOpenRun(db: Queryable, dataflow: DataflowId, slot: string): Promise<Run | undefined> {
  const [row] = await db.select<RunRow>(
    `${RUN_SELECT}
     WHERE r.dataflow_id = ?
       AND r.open_slot = ?`, // run_by_open_slot
    [dataflow, slot],
  );
  return row && rowToRun(row);
}
