// Schedules for partitions that a target can't take: each of their runs would be refused, where nobody looks. One that is registered
// already may have got such a target since, which a declaration that says the same is no reason to refuse.

import { collect } from '../declaration/problems';
import type { DeclarationProblem } from '../declaration/problems';
import type { DeclaredDataflow } from '../declaration/read';
import { samplePartition } from '../schedule';
import { checkTargets } from '../target-slots';
import type { Feeding } from '../target-slots';
import type { PlanAction } from './actions';
import type { Registered } from './registered';

/** `actions`: what is done to relations. `without`: targets that end, or of which nothing is known. */
export function partitionProblems(
  dataflows: readonly DeclaredDataflow[],
  { relations, schedules }: Registered,
  actions: readonly PlanAction[],
  without: ReadonlySet<string>,
): DeclarationProblem[] {
  const ended = new Set(actions.flatMap((action) => ('relationId' in action ? [action.relationId] : [])));
  const kept = bySource(relations.filter(({ id, targetKey }) => !ended.has(id) && !without.has(targetKey)));
  const added = bySource(actions.flatMap(toBegin));
  const problems: DeclarationProblem[] = [];
  for (const { key, schedules: declared } of dataflows) {
    const before = new Map(schedules?.get(key)?.map(({ name, spec }) => [name, spec.partition]));
    for (const { name, spec, path } of declared ?? []) {
      const { partition } = spec;
      if (partition === null) continue;
      const known = before.get(name) === partition ? [] : (kept.get(key) ?? []);
      const feeds = [...known, ...(added.get(key) ?? [])];
      collect(problems, path, () => checkTargets(feeds, samplePartition(partition), 'partition'), true);
    }
  }
  return problems;
}

type Fed = Feeding & { readonly sourceKey: string };

function toBegin(action: PlanAction): Fed[] {
  if (action.action !== 'createRelation' && action.action !== 'changeRelation') return [];
  const partition = action.action === 'createRelation' ? action.partition : action.to;
  return [{ sourceKey: action.source, targetKey: action.target, partition }];
}

function bySource(relations: readonly Fed[]): Map<string, Fed[]> {
  const all = new Map<string, Fed[]>();
  for (const relation of relations) {
    const others = all.get(relation.sourceKey);
    if (others) others.push(relation);
    else all.set(relation.sourceKey, [relation]);
  }
  return all;
}
