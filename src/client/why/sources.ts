// What is known of the sources of a slot.

import type { DataflowId } from '../../domain/ids';
import type { WhySource } from '../../domain/why';
import { newestQueued, newestRuns, relationsOfTarget } from '../../store';
import type { Queryable } from '../../store';

export async function sourcesOf(db: Queryable, target: DataflowId, slot: string): Promise<WhySource[]> {
  const relations = await relationsOfTarget(db, target);
  const [newest, last] = await Promise.all([
    newestQueued(
      db,
      relations.map((relation) => relation.id),
      slot,
    ),
    newestRuns(
      db,
      relations.map((relation) => relation.sourceDataflowId),
    ),
  ]);
  return relations.map(({ id, sourceKey, sourceDataflowId, suspendedAt, suspendedBy, suspendReason }) => {
    const run = last.get(sourceDataflowId);
    return {
      source: sourceKey,
      relationId: id,
      suspendedAt,
      suspendedBy,
      suspendReason,
      newest: newest.get(id) ?? null,
      lastRun: run ? { runId: run.runId, state: run.state, at: run.endedAt ?? run.startedAt ?? run.openedAt } : null,
    };
  });
}
