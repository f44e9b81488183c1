// Reads what a target's rule looks at, and lets the rule decide.

import type { DataflowId } from '../../domain/ids';
import type { QueueRow } from '../../domain/model';
import { asksForAge, evaluateRule } from '../../domain/rule';
import type { Decision, RuleSource, StartRule } from '../../domain/rule';
import type { Queryable } from '../database';
import { activeRelationsOfTarget } from '../relation/list-relations';
import { newestAge } from './newest-rows';
import { readyRows } from './ready-rows';

/** The active relations of a target. */
export async function ruleSources(db: Queryable, target: DataflowId): Promise<RuleSource[]> {
  const relations = await activeRelationsOfTarget(db, target);
  return relations.map(({ id, sourceDataflowId, sourceKey }) => ({ relationId: id, sourceDataflowId, sourceKey }));
}

export async function decide(
  db: Queryable,
  target: DataflowId,
  slot: string,
  rule: StartRule,
): Promise<Decision<QueueRow>> {
  const sources = await ruleSources(db, target);
  const ready = sources.length > 0 ? await readyRows(db, target, slot) : [];
  const related = sources.map(({ relationId }) => relationId);
  const newest = asksForAge(rule.rule) ? await newestAge(db, related, slot) : undefined;
  return evaluateRule(rule, sources, ready, newest);
}
