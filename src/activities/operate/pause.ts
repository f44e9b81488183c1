// Pauses and resumes a dataflow or a zone: nothing of it starts meanwhile, and what its sources leave gathers in its queue.

import { dataflowOff } from '../../domain/dataflow-off';
import { NotFoundError } from '../../domain/errors';
import { dataflowId } from '../../domain/ids';
import type { DataflowId, RelationId } from '../../domain/ids';
import type { Dataflow } from '../../domain/model';
import type { ResumeBacklog } from '../../domain/operation';
import {
  activeRelationsOfTarget,
  allDataflows,
  findDataflow,
  isZonePaused,
  isZonePausedLocked,
  lineUp,
  pauseDataflow,
  pauseZone,
  resumeDataflow,
  resumeZone,
} from '../../store';
import type { Queryable } from '../../store';
import type { Doer, Done } from './done';
import { drain } from './drain';

/** Dataflows that a result names at most. */
const MAX_TOLD = 100;

type Scope = { readonly dataflowId: string } | { readonly zone: string };

export async function pause(tx: Queryable, scope: Scope, doer: Doer): Promise<Done> {
  const { subject, dataflows, paused } = await look(tx, scope);
  checkNotRetired(scope, dataflows, "it can't be paused");
  if (!paused) await ('zone' in scope ? pauseZone(tx, scope.zone, doer) : pauseDataflow(tx, scope.dataflowId, doer));
  return done(subject, dataflows, { changed: !paused });
}

export async function resume(tx: Queryable, scope: Scope, backlog: ResumeBacklog | null, doer: Doer): Promise<Done> {
  return 'zone' in scope
    ? resumeWholeZone(tx, scope.zone, backlog, doer)
    : resumeOne(tx, dataflowId(scope.dataflowId), backlog, doer);
}

async function resumeOne(tx: Queryable, id: DataflowId, backlog: ResumeBacklog | null, doer: Doer): Promise<Done> {
  const { zone } = await findDataflow(tx, { id });
  const ofZone = await isZonePausedLocked(tx, zone);
  const stillPaused = ofZone ? { stillPaused: [`zone ${zone}`] } : {};
  const { subject, dataflows, paused } = await look(tx, { dataflowId: id });
  checkNotRetired({ dataflowId: id }, dataflows, "it can't be resumed");
  if (!paused) return done(subject, dataflows, { changed: false, ...stillPaused });
  if (!ofZone) await lineUpAll(tx, dataflows);
  await resumeDataflow(tx, id);
  const drained = await drain(tx, await relationsOf(tx, dataflows), backlog, doer, ofZone);
  return done(subject, dataflows, { changed: true, ...drained, ...stillPaused });
}

async function resumeWholeZone(tx: Queryable, zone: string, backlog: ResumeBacklog | null, doer: Doer): Promise<Done> {
  // Before its dataflows are read: one that is resumed at the same time waits, or is seen.
  const paused = await isZonePausedLocked(tx, zone);
  const { subject, dataflows } = await look(tx, { zone });
  const themselves = dataflows.filter(({ pause }) => pause?.scope === 'dataflow');
  const stillPaused = themselves.length > 0 ? { stillPaused: themselves.slice(0, MAX_TOLD).map(({ key }) => key) } : {};
  if (!paused) return done(subject, dataflows, { changed: false, ...stillPaused });
  const free = dataflows.filter((dataflow) => !themselves.includes(dataflow));
  await lineUpAll(tx, free);
  await resumeZone(tx, zone);
  const kept = await drain(tx, await relationsOf(tx, themselves), backlog, doer, true);
  const drained = await drain(tx, await relationsOf(tx, free), backlog, doer, false);
  const skipped = backlog === 'skip' ? { skipped: (kept.skipped ?? 0) + (drained.skipped ?? 0) } : {};
  return done(subject, dataflows, { changed: true, ...drained, ...skipped, ...stillPaused });
}

// Runs before their dataflow, as everybody else locks them.
async function lineUpAll(tx: Queryable, dataflows: readonly Dataflow[]): Promise<void> {
  for (const { id, maxConcurrentRuns } of dataflows) if (maxConcurrentRuns !== null) await lineUp(tx, id);
}

async function relationsOf(tx: Queryable, dataflows: readonly Dataflow[]): Promise<RelationId[]> {
  const relations = [];
  for (const { id } of dataflows) relations.push(...(await activeRelationsOfTarget(tx, id)));
  return relations.map(({ id }) => id);
}

/** Of a zone's dataflows some may be. @throws DataflowDisabledError */
function checkNotRetired(scope: Scope, [one]: readonly Dataflow[], what: string): void {
  if ('dataflowId' in scope && one?.status === 'retired') throw dataflowOff(one, what);
}

interface Scoped {
  readonly subject: string;
  readonly dataflows: readonly Dataflow[];
  readonly paused: boolean;
}

async function look(tx: Queryable, scope: Scope): Promise<Scoped> {
  if ('dataflowId' in scope) {
    const dataflow = await findDataflow(tx, { id: dataflowId(scope.dataflowId) });
    return { subject: dataflow.key, dataflows: [dataflow], paused: dataflow.pause?.scope === 'dataflow' };
  }
  const dataflows = await allDataflows(tx, scope.zone);
  if (dataflows.length === 0) {
    throw new NotFoundError(`There is no dataflow in zone ${scope.zone}. Check the zone's name.`, { zone: scope.zone });
  }
  return { subject: `zone ${scope.zone}`, dataflows, paused: await isZonePaused(tx, scope.zone) };
}

// Waiting runs are woken by a pause too: so that they tell what they wait for.
const done = (subject: string, dataflows: readonly Dataflow[], result: Done['result']): Done => ({
  subject,
  result,
  wakeDataflows: dataflows.map(({ id }) => id),
});
