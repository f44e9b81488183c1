// Who waits behind a run that failed.

import { grouped } from '../../domain/grouped';
import type { Dataflow, Run } from '../../domain/model';
import { mapPartition } from '../../domain/partition';
import { isWaitingFor } from '../../domain/rule';
import {
  decide,
  findDataflows,
  hasSucceededSince,
  questionOfRun,
  relationsOfSource,
  waitingInSlots,
  waitingWithout,
} from '../../store';
import type { Queryable } from '../../store';

/** Waiting runs of its targets that miss just what it would have written; oldest first. */
export async function runsBehind(db: Queryable, failed: Run): Promise<Run[]> {
  if (await hasSucceededSince(db, failed)) return [];
  const relations = (await relationsOfSource(db, failed.dataflowId)).filter(({ suspendedAt }) => suspendedAt === null);
  const waiting = await Promise.all(
    [...grouped(relations, ({ partition }) => partition)].map(([mapping, alike]) => {
      const slots = mapPartition(mapping, failed.partitionKey);
      const ids = alike.map(({ id }) => id);
      const targets = alike.map(({ targetDataflowId }) => targetDataflowId);
      // Nobody knows which slots a run without a partition would have fed.
      return slots ? waitingInSlots(db, targets, slots) : waitingWithout(db, ids);
    }),
  );
  const runs = waiting.flat().sort((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
  const targets = await findDataflows(
    db,
    runs.map(({ dataflowId }) => dataflowId),
  );
  const behind = await Promise.all(runs.map((run) => waitsFor(db, targets.get(run.dataflowId), run, failed)));
  return runs.filter((_, at) => behind[at]);
}

/** A rule may take more of a source than its slot has, or go without it. */
async function waitsFor(db: Queryable, target: Dataflow | undefined, run: Run, failed: Run): Promise<boolean> {
  if (!target) return false;
  const { explanation } = await decide(db, target, questionOfRun(run), 'look');
  return isWaitingFor(explanation, failed.dataflow) || isWaitingFor(explanation, failed.runId);
}
