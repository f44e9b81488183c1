// Pauses and resumes a dataflow or a zone: nothing of it starts meanwhile, and what its sources leave gathers in its queue.

import { dataflowOff } from '../../domain/dataflow-off';
import { NotFoundError } from '../../domain/errors';
import { dataflowId } from '../../domain/ids';
import type { Dataflow } from '../../domain/model';
import type { ResumeBacklog } from '../../domain/operation';
import {
  activeRelationsOfTarget,
  allDataflows,
  findDataflow,
  isZonePaused,
  lineUp,
  pauseDataflow,
  pauseZone,
  resumeDataflow,
  resumeZone,
} from '../../store';
import type { Queryable } from '../../store';
import type { Doer, Done } from './done';
import { drain } from './relation';

type Scope = { readonly dataflowId: string } | { readonly zone: string };

export async function pause(tx: Queryable, scope: Scope, doer: Doer): Promise<Done> {
  const { subject, dataflows, paused } = await look(tx, scope);
  checkNotRetired(scope, dataflows, "it can't be paused");
  if (!paused) await ('zone' in scope ? pauseZone(tx, scope.zone, doer) : pauseDataflow(tx, scope.dataflowId, doer));
  return done(subject, dataflows, { changed: !paused });
}

export async function resume(tx: Queryable, scope: Scope, backlog: ResumeBacklog, doer: Doer): Promise<Done> {
  const { subject, dataflows, paused } = await look(tx, scope);
  checkNotRetired(scope, dataflows, "it can't be resumed");
  if (!paused) return done(subject, dataflows, { changed: false });
  // Runs before their dataflow, as everybody else locks them.
  for (const { id, maxConcurrentRuns } of dataflows) if (maxConcurrentRuns !== null) await lineUp(tx, id);
  await ('zone' in scope ? resumeZone(tx, scope.zone) : resumeDataflow(tx, scope.dataflowId));
  const relations = [];
  for (const { id } of dataflows) relations.push(...(await activeRelationsOfTarget(tx, id)));
  const ids = relations.map(({ id }) => id);
  return done(subject, dataflows, { changed: true, backlog, ...(await drain(tx, ids, backlog, doer)) });
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
