// Which relations were suspended when a run started: one that was resumed since doesn't tell so itself.

import type { RelationId, RunId } from '../../domain/ids';
import type { Relation } from '../../domain/model';
import { relationTitle } from '../../domain/operation';
import type { Queryable } from '../database';

export async function suspendedAtStart(
  db: Queryable,
  relations: readonly Relation[],
  runId: RunId,
): Promise<Set<RelationId>> {
  if (relations.length === 0) return new Set();
  const rows = await db.select<{ subject: string; kind: string; at: Date }>(
    `SELECT o.subject, o.kind, o.at
     FROM (
       SELECT MAX(n.id) AS id
       FROM operation n
       JOIN dataflow_run s ON s.run_id = ?
       WHERE n.subject IN (?)
         AND n.kind IN ('suspendRelation', 'resumeRelation')
         AND n.at <= s.started_at
       GROUP BY n.subject
     ) m
     JOIN operation o ON o.id = m.id`, // run_by_run_id, operation_by_subject, PRIMARY
    [runId, relations.map(relationTitle)],
  );
  const last = new Map(rows.map((row) => [row.subject, row]));
  const suspended = relations.filter((relation) => {
    const change = last.get(relationTitle(relation));
    // What was done to an earlier relation of the two isn't its own.
    return change?.kind === 'suspendRelation' && change.at >= relation.createdAt;
  });
  return new Set(suspended.map(({ id }) => id));
}
