// Which of some runs are runs of a target's sources.

import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';
import { isRunId } from './find-run';

/** By relations that aren't terminated; of a suspended one, the target gets what it has left once it is resumed. */
export async function sourceRunsAmong(
  db: Queryable,
  target: DataflowId,
  runIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = runIds.filter(isRunId);
  if (asked.length === 0) return new Set();
  const rows = await db.select<{ run_id: string }>(
    `SELECT r.run_id
     FROM dataflow_run r FORCE INDEX (run_by_run_id)
     STRAIGHT_JOIN dataflow_relation l FORCE INDEX (relation_by_pair)
       ON l.source_dataflow_id = r.dataflow_id AND l.target_dataflow_id = ? AND l.open_pair = 1
     WHERE r.run_id IN (?)`, // run_by_run_id, relation_by_pair
    [target, asked],
  );
  return new Set(rows.map(({ run_id }) => run_id));
}
