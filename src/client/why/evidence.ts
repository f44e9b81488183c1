// What the rule looks at: what is ready for what waits, and what a run that has started found when it did.

import type { RelationId } from '../../domain/ids';
import type { Dataflow, QueueRow, Relation, Run } from '../../domain/model';
import { asksForAge, evaluateRule } from '../../domain/rule';
import type { Explanation } from '../../domain/rule';
import { standingAt } from '../../domain/why';
import {
  claimedRows,
  everyRelationOfTarget,
  newestAgeAtStart,
  questionOfRun,
  relationsOfTarget,
  ruleSourcesOf,
  suspendedAtStart,
} from '../../store';
import type { Queryable, QueueDecision } from '../../store';

export interface Evidence {
  readonly explanation: Explanation | null;
  /** Of the sources that it is about; terminated ones aren't. */
  readonly relations: readonly Relation[];
  /** Ready, or claimed. */
  readonly rows: readonly QueueRow[];
}

/** Of what waits, or would. */
export async function evidenceNow(db: Queryable, { id }: Dataflow, decision: QueueDecision | null): Promise<Evidence> {
  const relations = await relationsOfTarget(db, id);
  return { explanation: decision?.explanation ?? null, relations, rows: decision?.ready ?? [] };
}

/** Of a run that has started, as it was then. What it claimed is never changed, and satisfies the rule by which it was claimed. */
export async function evidenceAtStart(db: Queryable, run: Run, startedAt: Date): Promise<Evidence> {
  const [every, rows] = await Promise.all([everyRelationOfTarget(db, run.dataflowId), claimedRows(db, run.runId)]);
  const claimed = new Set(rows.map(({ relationId }) => relationId));
  const stood = new Map(
    every.flatMap((relation) => {
      const standing = claimed.has(relation.id) ? 'active' : standingAt(relation, startedAt);
      return standing === null ? [] : [[relation, standing] as const];
    }),
  );
  const relations = [...stood.keys()].filter((relation) => stood.get(relation) !== 'terminated');
  const { rule } = questionOfRun(run);
  const ids = relations.map(({ id }) => id);
  const newest = asksForAge(rule.rule) ? await newestAgeAtStart(db, ids, run.runId) : undefined;
  const explain = (suspended: ReadonlySet<RelationId>): Explanation => {
    const { sources, leftOut } = ruleSourcesOf([...stood.keys()], (relation) =>
      suspended.has(relation.id) ? 'suspended' : (stood.get(relation) ?? 'active'),
    );
    return evaluateRule(rule, sources, rows, newest, leftOut).explanation;
  };
  const explanation = explain(new Set());
  if (explanation.satisfied) return { explanation, relations, rows };
  // It didn't wait for what was suspended then, and may have been resumed since.
  const unclaimed = relations.filter(({ id }) => !claimed.has(id));
  return { explanation: explain(await suspendedAtStart(db, unclaimed, run.runId)), relations, rows };
}
