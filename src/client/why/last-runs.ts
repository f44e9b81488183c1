// The newest run of each source, of those for a slot where it has any.

import type { RelationId } from '../../domain/ids';
import type { Relation, Run } from '../../domain/model';
import { mapPartition } from '../../domain/partition';
import { listRuns, newestRuns } from '../../store';
import type { Queryable } from '../../store';

/** Runs of a source that are looked through for one whose partition goes into the slot: a week of hours has 168. */
const LOOKED_THROUGH = 200;

/** By relation; a source that never ran isn't there. */
export async function lastRuns(
  db: Queryable,
  relations: readonly Relation[],
  slot: string,
): Promise<Map<RelationId, Run>> {
  const ofAll = await newestRuns(
    db,
    relations.map(({ sourceDataflowId }) => sourceDataflowId),
  );
  const found = await Promise.all(
    relations.map(async (relation) => {
      const newest = ofAll.get(relation.sourceDataflowId);
      if (!newest) return [];
      const run = feeds(relation, newest, slot) ? newest : await newestFor(db, relation, slot);
      return [[relation.id, run ?? newest] as const];
    }),
  );
  return new Map(found.flat());
}

const feeds = ({ partition }: Relation, { partitionKey }: Run, slot: string): boolean =>
  mapPartition(partition, partitionKey)?.includes(slot) ?? false;

async function newestFor(db: Queryable, relation: Relation, slot: string): Promise<Run | undefined> {
  const { sourceDataflowId: dataflowId, partition } = relation;
  if (partition === 'same') return (await listRuns(db, { dataflowId, partitionKey: slot, limit: 1 }))[0];
  return (await listRuns(db, { dataflowId, limit: LOOKED_THROUGH })).find((run) => feeds(relation, run, slot));
}
