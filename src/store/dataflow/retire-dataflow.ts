// Retires a dataflow, for good: its relations are terminated, on both sides.

import type { DataflowId } from '../../domain/ids';
import type { Dataflow } from '../../domain/model';
import type { Queryable } from '../database';
import { changeRelation } from '../relation/change-relation';
import { lockGraph } from '../relation/insert-relation';
import { relationsOfSource, relationsOfTarget } from '../relation/list-relations';
import { setDataflowStatus } from './pause-dataflow';

/** `targets`: who waited for it until now. */
export async function retireDataflow(
  tx: Queryable,
  { id, key }: Pick<Dataflow, 'id' | 'key'>,
  { by }: { readonly by: string },
): Promise<{ readonly targets: readonly DataflowId[]; readonly terminatedRelations: number }> {
  // Whoever relates it to something at the same time does so before, and it ends with the others; or finds it retired.
  await lockGraph(tx);
  await setDataflowStatus(tx, id, 'retired');
  const targets = await relationsOfSource(tx, id);
  const sources = await relationsOfTarget(tx, id);
  for (const relation of [...targets, ...sources]) {
    await changeRelation(tx, relation.id, { change: 'terminate', by, reason: `${key} was retired` });
  }
  return {
    targets: targets.map(({ targetDataflowId }) => targetDataflowId),
    terminatedRelations: targets.length + sources.length,
  };
}
