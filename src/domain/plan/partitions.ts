// Schedules for partitions that a target can't take, or no source can feed: each of their runs would be refused, where nobody looks. One
// that is registered already may have got such a target, or such sources, since, which a declaration that says the same is no reason to
// refuse.

import { collect } from '../declaration/problems';
import type { DeclarationProblem } from '../declaration/problems';
import type { DeclaredDataflow } from '../declaration/read';
import { grouped } from '../grouped';
import { dataflowId, relationId } from '../ids';
import type { RelationId } from '../ids';
import type { Relation } from '../model';
import { startRule } from '../rule';
import type { RuleSource } from '../rule';
import { samplePartition } from '../schedule';
import type { ScheduleSpec } from '../schedule';
import { checkFed } from '../source-slots';
import { checkTargets } from '../target-slots';
import type { Feeding } from '../target-slots';
import type { PlanAction } from './actions';
import { isSameRule } from './fields';
import type { Registered } from './registered';
import { specOf } from './schedules';

/** `actions`: what is done to relations. `without`: targets that end, or of which nothing is known. */
export function partitionProblems(
  dataflows: readonly DeclaredDataflow[],
  { relations, schedules }: Registered,
  actions: readonly PlanAction[],
  without: ReadonlySet<string>,
): DeclarationProblem[] {
  const ended = new Set(actions.flatMap((action) => ('relationId' in action ? [action.relationId] : [])));
  const kept: Fed[] = relations.filter(({ id, targetKey }) => !ended.has(id) && !without.has(targetKey));
  const suspended = new Map(relations.map(({ id, suspendedAt }) => [id, suspendedAt]));
  const added = actions.flatMap((action) => toBegin(action, suspended));
  const [keptFrom, addedFrom] = [grouped(kept, SOURCE), grouped(added, SOURCE)];
  const [keptTo, addedTo] = [grouped(kept, TARGET), grouped(added, TARGET)];
  const problems: DeclarationProblem[] = [];
  for (const dataflow of dataflows) {
    const { key } = dataflow;
    const before = new Map(schedules?.get(key)?.map((schedule) => [schedule.name, schedule.spec]));
    for (const { name, spec, path } of dataflow.schedules ?? []) {
      const { partition } = spec;
      if (partition === null) continue;
      const [sample, old] = [samplePartition(partition), before.get(name)];
      const same = old?.partition === partition;
      const feeds = [...(same ? [] : (keptFrom.get(key) ?? [])), ...(addedFrom.get(key) ?? [])];
      collect(problems, path, () => checkTargets(feeds, sample, 'partition'), true);
      const begun = addedTo.get(key) ?? [];
      const stays = same && begun.length === 0 && isSameRule(specOf(old)?.dependencyCheck, spec.dependencyCheck);
      if (stays || without.has(key)) continue;
      const fed = [...(keptTo.get(key) ?? []), ...begun];
      collect(problems, path, () => checkFedBy(fed, dataflow, spec, sample), true);
    }
  }
  return problems;
}

/** @throws InvalidArgumentError */
function checkFedBy(
  relations: readonly Fed[],
  { key: target, options: { partitioned, trigger } }: DeclaredDataflow,
  { dependencyCheck, deadline }: ScheduleSpec,
  slot: string,
): void {
  if (!partitioned) return;
  const rule = startRule(dependencyCheck ?? trigger.when);
  const off = relations.filter(({ suspendedAt }) => suspendedAt !== null);
  const sources = relations.filter(({ suspendedAt }) => suspendedAt === null).map(toSource);
  const leftOut = new Map(off.map(({ sourceKey }) => [sourceKey, 'suspended' as const]));
  checkFed({ target, slot, rule, deadline: deadline ?? trigger.deadline }, sources, leftOut, 'partition');
}

type Fed = Feeding & Pick<Relation, 'sourceKey' | 'suspendedAt'>;

const SOURCE = ({ sourceKey }: Fed): string => sourceKey;
const TARGET = ({ targetKey }: Fed): string => targetKey;

/** Nothing is ready for it, so that its ids are never looked at: it may have none yet. */
const toSource = ({ sourceKey, partition }: Fed): RuleSource => ({
  relationId: relationId(''),
  sourceDataflowId: dataflowId(sourceKey),
  sourceKey,
  partition,
});

/** `suspended`: since when a relation is; another mapping changes nothing of that. */
function toBegin(action: PlanAction, suspended: ReadonlyMap<RelationId, Date | null>): Fed[] {
  if (action.action === 'createRelation') {
    return [{ sourceKey: action.source, targetKey: action.target, partition: action.partition, suspendedAt: null }];
  }
  if (action.action !== 'changeRelation') return [];
  const suspendedAt = suspended.get(action.relationId) ?? null;
  return [{ sourceKey: action.source, targetKey: action.target, partition: action.to, suspendedAt }];
}
