// Associates a source with a target. The graph's one row is locked first: two relations that only together close a cycle
// are checked one after the other.

import { randomUUID } from 'node:crypto';
import { dataflowOff } from '../../domain/dataflow-off';
import { AlreadyExistsError } from '../../domain/errors';
import { checkAcyclic, checkZoneOrder } from '../../domain/graph';
import { relationId } from '../../domain/ids';
import type { DataflowId, RelationId } from '../../domain/ids';
import { relationTitle } from '../../domain/operation';
import { takesAny } from '../../domain/partition';
import type { PartitionMapping } from '../../domain/partition';
import { relationMapping } from '../../domain/registration';
import type { RelationOptions } from '../../domain/registration';
import { checkTakesOpen } from '../../domain/target-slots';
import type { Database, Queryable } from '../database';
import { findDataflow } from '../dataflow/find-dataflow';
import { insertOperation } from '../operation/operation';
import { lockOpenSlots } from '../run/open-slots';

interface Who {
  readonly by: string;
  readonly reason: string | null;
}

interface EdgeRow {
  id: number | string;
  source: string;
  target: string;
}

/**
 * Returns the relation's id.
 * @throws NotFoundError, AlreadyExistsError, CycleError, InvalidArgumentError (mapping, zone order), DataflowDisabledError (a retired
 *   end); nothing is written then, and nothing where the relation is there already. Else who did it is kept with it (`operation`).
 */
export async function insertRelation(
  db: Database,
  sourceId: DataflowId,
  targetId: DataflowId,
  options: Pick<RelationOptions, 'partition' | 'ifExists'>,
  zoneOrder: readonly string[],
  doer: Who,
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
    const id = await addRelation(tx, { source, target, partition: mapping });
    await tellAssociated(
      tx,
      relationTitle({ sourceKey: source.key, targetKey: target.key }),
      { relationId: id, partition: mapping },
      doer,
    );
    return id;
  });
}

/** Held until the transaction ends: whoever else changes the graph waits. */
export async function lockGraph(tx: Queryable): Promise<void> {
  await tx.write('UPDATE dataflow_graph SET version = version + 1 WHERE id = 1');
}

export interface NewRelation {
  readonly source: End;
  readonly target: End;
  readonly partition: PartitionMapping;
}

interface End {
  readonly id: DataflowId;
  readonly key: string;
}

/**
 * Under the graph's lock, and checked: the two have no relation, and there will be no cycle.
 * @throws InvalidArgumentError for a mapping by which an open run of the source couldn't succeed. Not quite all of them: a start takes
 *   no lock on relations, so one that has read them just before, and opens its run just after this look, slips through. What it is
 *   told at its end is the way out (`slotsOfHeld`).
 */
export async function addRelation(tx: Queryable, { source, target, partition }: NewRelation): Promise<RelationId> {
  // Before the insert, which locks both dataflows: runs before their dataflow, as everybody else locks them.
  const open = takesAny(partition) ? [] : await lockOpenSlots(tx, source.id);
  for (const run of open) checkTakesOpen({ sourceKey: source.key, targetKey: target.key, partition }, run);
  const { insertId } = await tx.write(
    `INSERT INTO dataflow_relation (source_dataflow_id, target_dataflow_id, partition_mapping, open_pair, created_at)
     VALUES (?, ?, ?, 1, UTC_TIMESTAMP(6))`,
    [source.id, target.id, partition],
  );
  return relationId(insertId);
}

function tellAssociated(tx: Queryable, subject: string, made: object, { by, reason }: Who): Promise<void> {
  const operation = { operationId: randomUUID(), kind: 'createRelation', subject, by, reason } as const;
  return insertOperation(tx, operation, { result: { changed: true, ...made }, wakeDataflows: [], wakeTargetsOf: [] });
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
