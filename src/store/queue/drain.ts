// What becomes of a backlog.

import type { RelationId, RunId } from '../../domain/ids';
import { holder } from '../../domain/withheld';
import type { Queryable } from '../database';
import { SAME_SOURCE } from './requeue';

/** More than any queue row has: all that gathers until the choice is settled. */
const UNTIL_SETTLED = '9223372036854775807'; // the largest that MySQL takes for a signed number too

/** What is queued for these relations by now is consumed one source run a run. */
export async function consumeOneByOne(tx: Queryable, relations: readonly RelationId[]): Promise<void> {
  if (relations.length === 0) return;
  await tx.write(
    `UPDATE dataflow_relation
     SET one_by_one_until = (SELECT MAX(id) FROM dataflow_queue)
     WHERE id IN (?)`, // PRIMARY
    [[...relations]],
  );
}

/** The same of what gathers until their target can start: something else pauses it still. */
export async function chooseOneByOne(tx: Queryable, relations: readonly RelationId[]): Promise<void> {
  if (relations.length === 0) return;
  await tx.write(`UPDATE dataflow_relation SET one_by_one_until = ${UNTIL_SETTLED} WHERE id IN (?)`, [[...relations]]); // PRIMARY
}

/** Their target can start: what was chosen before that is for what has gathered by now. Returns of how many relations. */
export async function settleChoices(tx: Queryable, relations: readonly RelationId[]): Promise<number> {
  if (relations.length === 0) return 0;
  const { affectedRows } = await tx.write(
    `UPDATE dataflow_relation
     SET one_by_one_until = (SELECT MAX(id) FROM dataflow_queue)
     WHERE id IN (?)
       AND one_by_one_until = ${UNTIL_SETTLED}`, // PRIMARY
    [[...relations]],
  );
  return affectedRows;
}

/** What is ready for these relations may be consumed all at once, whatever was said before. */
export async function consumeTogether(tx: Queryable, relations: readonly RelationId[]): Promise<void> {
  if (relations.length === 0) return;
  await tx.write('UPDATE dataflow_relation SET one_by_one_until = NULL WHERE id IN (?)', [[...relations]]); // PRIMARY
}

/** What is ready for these relations is kept, and never consumed. Returns how much. */
export async function skipReady(tx: Queryable, relations: readonly RelationId[], operationId: string): Promise<number> {
  if (relations.length === 0) return 0;
  const { affectedRows } = await tx.write(
    `UPDATE dataflow_queue
     SET withheld_by = ?
     WHERE relation_id IN (?)
       AND target_run_id IS NULL
       AND withheld_by IS NULL`, // queue_by_relation
    [holder('skipped', operationId), [...relations]],
  );
  return affectedRows;
}

/** What is ready of a run's sources, whoever gave it back, is not for others any more. */
export async function skipRequeued(tx: Queryable, runId: RunId, operationId: string): Promise<void> {
  await tx.write(
    `UPDATE dataflow_queue q
     JOIN dataflow_queue a ON ${SAME_SOURCE}
     SET a.withheld_by = ?
     WHERE q.target_run_id = ?
       AND a.target_run_id IS NULL
       AND a.withheld_by IS NULL`, // queue_by_target_run, queue_by_source
    [holder('skipped', operationId), runId],
  );
}
