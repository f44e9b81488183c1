// What happens to a relation over time. Its row is never deleted, and what was queued for it stays.

import type { RelationId } from '../../domain/ids';
import { NotFoundError } from '../../domain/errors';
import type { Relation } from '../../domain/model';
import type { Queryable } from '../database';
import { RELATION_SELECT, rowToRelation } from './row';
import type { RelationRow } from './row';

/** @throws NotFoundError */
export async function findRelation(db: Queryable, id: RelationId): Promise<Relation> {
  const [row] = await db.select<RelationRow>(`${RELATION_SELECT} WHERE l.id = ?`, [id]); // PRIMARY
  if (row) return rowToRelation(row);
  throw new NotFoundError(`There is no relation ${id}. dlc relation list shows all of them.`, { relationId: id });
}

interface Who {
  readonly by: string;
  readonly reason: string | null;
}

export type RelationChange =
  | (Who & { readonly change: 'suspend'; readonly backlog: 'keep' | 'skip' })
  | { readonly change: 'resume' }
  | (Who & { readonly change: 'terminate' });

export async function changeRelation(tx: Queryable, id: RelationId, change: RelationChange): Promise<void> {
  switch (change.change) {
    case 'suspend':
      await tx.write(
        `UPDATE dataflow_relation
         SET suspended_at = COALESCE(suspended_at, UTC_TIMESTAMP(6)), suspended_by = ?, suspend_reason = ?, suspended_backlog = ?
         WHERE id = ?`, // PRIMARY
        [change.by, change.reason, change.backlog, id],
      );
      return;
    case 'resume':
      await tx.write(
        `UPDATE dataflow_relation
         SET suspended_at = NULL, suspended_by = NULL, suspend_reason = NULL, suspended_backlog = NULL
         WHERE id = ?`, // PRIMARY
        [id],
      );
      return;
    case 'terminate':
      // The graph's row is taken by whoever adds a relation: what it saw as a cycle may be none any more, never the reverse.
      await tx.write(
        `UPDATE dataflow_relation
         SET terminated_at = UTC_TIMESTAMP(6), terminated_by = ?, terminate_reason = ?, open_pair = NULL
         WHERE id = ?
           AND terminated_at IS NULL`, // PRIMARY
        [change.by, change.reason, id],
      );
  }
}
