// Relations: of one source, of one target, or all that aren't terminated.

import type { DataflowId } from '../../domain/ids';
import type { Relation } from '../../domain/model';
import type { Queryable } from '../database';
import { RELATION_SELECT, rowToRelation } from './row';
import type { RelationRow } from './row';

/** What queue rows are written for: suspended relations keep their backlog, terminated ones get nothing more. */
export async function relationsOfSource(db: Queryable, source: DataflowId): Promise<Relation[]> {
  const rows = await db.select<RelationRow>(
    `${RELATION_SELECT}
     WHERE l.source_dataflow_id = ?
       AND l.open_pair = 1
     ORDER BY l.id`, // relation_by_pair
    [source],
  );
  return rows.map(rowToRelation);
}

/** What a target's rule looks at: relations that are neither suspended nor terminated. */
export async function activeRelationsOfTarget(db: Queryable, target: DataflowId): Promise<Relation[]> {
  const rows = await db.select<RelationRow>(
    `${RELATION_SELECT}
     WHERE l.target_dataflow_id = ?
       AND l.open_pair = 1
       AND l.suspended_at IS NULL
     ORDER BY l.id`, // relation_by_target
    [target],
  );
  return rows.map(rowToRelation);
}

/** As `activeRelationsOfTarget`, with the suspended ones. */
export async function relationsOfTarget(db: Queryable, target: DataflowId): Promise<Relation[]> {
  const rows = await db.select<RelationRow>(
    `${RELATION_SELECT}
     WHERE l.target_dataflow_id = ?
       AND l.open_pair = 1
     ORDER BY l.id`, // relation_by_target
    [target],
  );
  return rows.map(rowToRelation);
}

/** All relations, history included. */
export async function listRelations(db: Queryable): Promise<Relation[]> {
  const rows = await db.select<RelationRow>(`${RELATION_SELECT} ORDER BY l.id`);
  return rows.map(rowToRelation);
}
