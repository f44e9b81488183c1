// Queue rows that somebody keeps from being claimed until he lets go of them: a backfill or a replay.

import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';

/** Rows that it lets go of with one statement. */
const CHUNK = 2_000;

/**
 * Lets go of what a holder still has; returns the dataflows that it was for. Just the rows that it read: one that comes in meanwhile
 * (a run of the holder's may end at any time) is read by the next step, or the next round.
 */
export async function releaseHeld(
  tx: Queryable,
  holder: string,
  progress: () => void = () => undefined,
): Promise<DataflowId[]> {
  const targets = new Set<DataflowId>();
  // In a round only forward: until the transaction ends, what was let go of is stepped over in the index again and again.
  let last: Held['id'] | null = null;
  for (;;) {
    progress();
    const rows = await heldAfter(tx, holder, last ?? 0);
    if (rows.length > 0)
      await tx.write('UPDATE dataflow_queue SET withheld_by = NULL WHERE id IN (?)', [rows.map(({ id }) => id)]); // PRIMARY
    else if (last === null) return [...targets];
    for (const { target } of rows) targets.add(dataflowId(target));
    last = rows.at(-1)?.id ?? null;
  }
}

interface Held {
  readonly id: number | string;
  readonly target: number | string;
}

function heldAfter(tx: Queryable, holder: string, id: Held['id']): Promise<Held[]> {
  return tx.select<Held>(
    `SELECT id, target_dataflow_id AS target
     FROM dataflow_queue
     WHERE withheld_by = ?
       AND id > ?
       AND target_run_id IS NULL
     ORDER BY id
     LIMIT ?
     FOR UPDATE`, // queue_by_withheld
    [holder, id, CHUNK],
  );
}

/** Whether a holder has rows still; if so, it lets go of none until the transaction ends. */
export async function lockHeld(tx: Queryable, holder: string): Promise<boolean> {
  const rows = await tx.select<{ id: number | string }>(
    `SELECT id
     FROM dataflow_queue
     WHERE withheld_by = ?
       AND target_run_id IS NULL
     ORDER BY id
     LIMIT 1
     FOR UPDATE`, // queue_by_withheld
    [holder],
  );
  return rows.length > 0;
}

/** Those that keep rows until they have ended, and how many. Who skipped rows for good isn't among them. */
export async function holders(db: Queryable): Promise<{ readonly holder: string; readonly count: number }[]> {
  return db.select<{ holder: string; count: number }>(
    `SELECT withheld_by AS holder, COUNT(*) AS count
     FROM dataflow_queue
     WHERE (withheld_by LIKE 'backfill:%' OR withheld_by LIKE 'replay:%')
       AND target_run_id IS NULL
     GROUP BY withheld_by`, // queue_by_withheld
  );
}
