// Associates a source with a target. The graph's one row is locked first: two relations that only together close a cycle
// are checked one after the other.

import { dataflowOff } from '../../domain/dataflow-off';
import { AlreadyExistsError } from '../../domain/errors';
import { checkAcyclic, checkZoneOrder } from '../../domain/graph';
import { relationId } from '../../domain/ids';
import type { DataflowId, RelationId } from '../../domain/ids';
import type { PartitionMapping } from '../../domain/partition';
import { relationMapping } from '../../domain/registration';
import type { RelationOptions } from '../../domain/registration';
import type { Database, Queryable } from '../database';
import { findDataflow } from '../dataflow/find-dataflow';

interface EdgeRow {
  id: number | string;
  source: string;
  target: string;
}

/**
 * Returns the relation's id.
 * @throws NotFoundError, AlreadyExistsError, CycleError, InvalidArgumentError (mapping, zone order), DataflowDisabledError (a retired
 *   end); nothing is written then.
 */
export async function insertRelation(
  db: Database,
  sourceId: DataflowId,
  targetId: DataflowId,
  options: RelationOptions,
  zoneOrder: readonly string[],
): Promise<RelationId> {
  return db.transaction(async (tx) => {
    await lockGraph(tx);
    const source = await findDataflow(tx, { id: sourceId });
    const target = await findDataflow(tx, { id: targetId });
    // Nothing of it will ever run: its target would wait in vain, or its source queue for nobody. Retiring takes the same lock.
    if (source.status === 'retired') throw dataflowOff(source, "it can't be a source", { field: 'source' });
    if (target.status === 'retired') throw dataflowOff(target, "it can't have sources", { field: 'target' });
    const mapping = relationMapping(options, target.partitioned);
    checkZoneOrder(zoneOrder, source.zone, target.zone);
    const edges = await openEdges(tx);
    const existing = edges.find((edge) => edge.source === source.key && edge.target === target.key);
    if (existing) {
      if (options.ifExists === 'get') return relationId(existing.id);
      throw new AlreadyExistsError(
        `The relation ${source.key} → ${target.key} exists already, with id ${String(existing.id)}. Pass ifExists: 'get' to get it.`,
        { relationId: relationId(existing.id) },
      );
    }
    checkAcyclic(edges, { source: source.key, target: target.key }, (key) => key);
    return addRelation(tx, source.id, target.id, mapping);
  });
}

/** Held until the transaction ends: whoever else changes the graph waits. */
export async function lockGraph(tx: Queryable): Promise<void> {
  await tx.write('UPDATE dataflow_graph SET version = version + 1 WHERE id = 1');
}

/** Under the graph's lock, and checked: the two have no relation, and there will be no cycle. */
export async function addRelation(
  tx: Queryable,
  source: DataflowId,
  target: DataflowId,
  mapping: PartitionMapping,
): Promise<RelationId> {
  const { insertId } = await tx.write(
    `INSERT INTO dataflow_relation (source_dataflow_id, target_dataflow_id, partition_mapping, open_pair, created_at)
     VALUES (?, ?, ?, 1, UTC_TIMESTAMP(6))`,
    [source, target, mapping],
  );
  return relationId(insertId);
}

function openEdges(tx: Queryable): Promise<EdgeRow[]> {
  return tx.select<EdgeRow>(
    `SELECT l.id, s.dataflow_key AS source, t.dataflow_key AS target
     FROM dataflow_relation l
     JOIN dataflow s ON s.id = l.source_dataflow_id
     JOIN dataflow t ON t.id = l.target_dataflow_id
     WHERE l.open_pair = 1`,
  );
}
