// Who waits behind a run that failed.

import type { Run } from '../../domain/model';
import { mapPartition } from '../../domain/partition';
import { hasSucceededSince, relationsOfSource, waitingBehind } from '../../store';
import type { Queryable } from '../../store';

/** Waiting runs of its targets that miss just what it would have written. */
export async function runsBehind(db: Queryable, failed: Run): Promise<Run[]> {
  if (await hasSucceededSince(db, failed)) return [];
  const relations = await relationsOfSource(db, failed.dataflowId);
  const partition = failed.partitionKey ?? (failed.slot === '' ? null : failed.slot);
  const fed = new Map(
    relations.map((relation) => [relation.targetDataflowId, mapPartition(relation.partition, partition)]),
  );
  const waiting = await waitingBehind(db, failed.dataflowId);
  // Nobody knows which slots a run without a partition would have fed.
  return waiting.filter(({ dataflowId, slot }) => fed.get(dataflowId)?.includes(slot) ?? true);
}
