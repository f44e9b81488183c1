// Relations: of one source, of one target, or all that aren't terminated.

import type { DataflowId } from '../../domain/ids';
import type { Relation } from '../../domain/model';
import type { Queryable } from '../database';
import { RELATION_SELECT, rowToRelation } from './row';
import type { RelationRow } from './row';

/** What queue rows are written for: suspended relations keep their backlog, terminated ones get nothing more. */
export async function relationsOfSource(db: Queryable, source: DataflowId): Promise<Relation[]> {
  return select(db, 'WHERE l.source_dataflow_id = ? AND l.open_pair = 1', [source]); // relation_by_pair
}

/** What a target's rule looks at: relations that are neither suspended nor terminated. */
export async function activeRelationsOfTarget(db: Queryable, target: DataflowId): Promise<Relation[]> {
  return (await relationsOfTarget(db, target)).filter((relation) => relation.suspendedAt === null);
}

/** As `activeRelationsOfTarget`, with the suspended ones. */
export async function relationsOfTarget(db: Queryable, target: DataflowId): Promise<Relation[]> {
  return select(db, 'WHERE l.target_dataflow_id = ? AND l.open_pair = 1', [target]); // relation_by_target
}

/** As `relationsOfTarget`, with the terminated ones. */
export async function everyRelationOfTarget(db: Queryable, target: DataflowId): Promise<Relation[]> {
  return select(db, 'WHERE l.target_dataflow_id = ?', [target]); // relation_by_target
}

/** All that aren't terminated. */
export async function openRelations(db: Queryable): Promise<Relation[]> {
  return select(db, 'WHERE l.open_pair = 1');
}

/** All relations, history included. */
export async function listRelations(db: Queryable): Promise<Relation[]> {
  return select(db);
}

async function select(db: Queryable, where = '', values: readonly DataflowId[] = []): Promise<Relation[]> {
  const rows = await db.select<RelationRow>(`${RELATION_SELECT} ${where} ORDER BY l.id`, values);
  return rows.map(rowToRelation);
}
