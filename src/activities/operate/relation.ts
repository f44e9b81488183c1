// Suspends, resumes and terminates a relation. What its source has queued for it stays where it is: ready, kept or skipped.
// Each takes the graph's lock before it reads: an apply that puts another relation in its place at the same time either sees what
// was done to this one, or comes first, and then this one is found to have ended.

import { NotFoundError } from '../../domain/errors';
import { relationId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Relation } from '../../domain/model';
import { relationTitle } from '../../domain/operation';
import type { ResumeBacklog } from '../../domain/operation';
import { showTime } from '../../domain/time';
import {
  changeRelation,
  findDataflow,
  findRelation,
  isZonePausedLocked,
  lockDataflow,
  lockGraph,
  relationsOfTarget,
} from '../../store';
import type { Queryable } from '../../store';
import type { Doer, Done } from './done';
import { drain } from './drain';

export async function suspendRelation(tx: Queryable, id: string, backlog: 'keep' | 'skip', doer: Doer): Promise<Done> {
  const relation = await openRelation(tx, id);
  const changed = relation.suspendedAt === null || relation.suspendedBacklog !== backlog;
  if (changed) await changeRelation(tx, relation.id, { change: 'suspend', backlog, ...doer });
  return done(relation, { changed, backlog });
}

export async function resumeRelation(
  tx: Queryable,
  id: string,
  backlog: ResumeBacklog | null,
  doer: Doer,
): Promise<Done> {
  const relation = await openRelation(tx, id);
  if (relation.suspendedAt === null) return done(relation, { changed: false });
  const stillPaused = await pausesOf(tx, relation.targetDataflowId);
  await changeRelation(tx, relation.id, { change: 'resume' });
  const drained = await drain(tx, [relation.id], backlog, doer, stillPaused.length > 0);
  return done(relation, { changed: true, ...drained, ...(stillPaused.length > 0 && { stillPaused }) });
}

export async function terminateRelation(tx: Queryable, id: string, doer: Doer): Promise<Done> {
  await lockGraph(tx);
  const relation = await findRelation(tx, relationId(id));
  if (relation.terminatedAt !== null) return done(relation, { changed: false });
  await changeRelation(tx, relation.id, { change: 'terminate', ...doer });
  return done(relation, { changed: true });
}

/** Locked: whoever resumes at the same time settles what was chosen here, or is seen to have done so. */
async function pausesOf(tx: Queryable, target: DataflowId): Promise<string[]> {
  const { zone } = await findDataflow(tx, { id: target });
  const ofZone = (await isZonePausedLocked(tx, zone)) ? [`zone ${zone}`] : [];
  const { key, pause } = await lockDataflow(tx, target);
  return pause?.scope === 'dataflow' ? [key, ...ofZone] : ofZone;
}

async function openRelation(tx: Queryable, id: string): Promise<Relation> {
  await lockGraph(tx);
  const relation = await findRelation(tx, relationId(id));
  if (relation.terminatedAt === null) return relation;
  const { sourceKey, sourceDataflowId, targetKey, targetDataflowId, terminatedAt } = relation;
  const open = await relationsOfTarget(tx, targetDataflowId);
  const instead = open.find((other) => other.sourceDataflowId === sourceDataflowId)?.id ?? null;
  const advice =
    instead === null
      ? 'Associate the two once more, and use the new one.'
      : `The two have a new one, ${instead}: look at it, then use that.`;
  throw new NotFoundError(
    `The relation ${sourceKey} → ${targetKey} (${id}) was terminated at ${showTime(terminatedAt)}. ${advice}`,
    { relationId: id, ...(instead !== null && { instead }) },
  );
}

/** Its target's rule may be met now, or not any more. */
const done = (relation: Relation, result: Done['result']): Done => ({
  subject: relationTitle(relation),
  result,
  wakeDataflows: [relation.targetDataflowId],
});
