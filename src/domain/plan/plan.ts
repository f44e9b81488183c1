// What has to be done for the registered dataflows and relations to be the declared ones. Pure: the same again for what it has done
// is nothing.

import { cycleMessage } from '../declaration/read';
import type { Declared, DeclaredDataflow } from '../declaration/read';
import type { DeclarationProblem } from '../declaration/problems';
import { cyclesThrough } from '../graph';
import type { Dataflow, Relation } from '../model';
import { didYouMean } from '../nearest';
import { parseDataflowOptions } from '../registration';
import { planOf } from './actions';
import type { Plan, PlanAction } from './actions';
import { changedFields } from './fields';
import { partitionProblems } from './partitions';
import type { Registered } from './registered';
import { retirement, undeclared } from './retire';
import { ruleProblems } from './rules';
import { scheduleActions, scheduleDeletions } from './schedules';

export interface PlanOptions {
  /** Retire what isn't declared, in the zones of what is. Default false: it is left alone. */
  readonly prune?: boolean | undefined;
}

export interface Planned {
  readonly plan: Plan;
  readonly problems: readonly DeclarationProblem[];
}

export function makePlan(declared: Declared, registered: Registered, { prune = false }: PlanOptions = {}): Planned {
  const known = new Map(registered.dataflows.map((dataflow) => [dataflow.key, dataflow]));
  const pruned = prune ? undeclared(declared, registered) : [];
  const retired = pruned.filter(({ status }) => status !== 'retired');
  const ending = new Set(retired.map(({ key }) => key));
  const unread = new Set(declared.unread);
  const schedules = registered.schedules ?? new Map<string, never>();
  const relations = relationActions(declared, registered);
  const problems = [
    ...declared.dataflows.flatMap((dataflow) => problemsOf(dataflow, known.get(dataflow.key))),
    ...declared.dataflows
      .filter(({ key }) => !unread.has(key))
      .flatMap((dataflow) => ruleProblems(dataflow, known.get(dataflow.key), registered)),
    ...sourceProblems(declared, known, ending),
    ...partitionProblems(declared.dataflows, registered, relations, new Set([...ending, ...unread])),
    ...cycleProblems(declared, registered, relations),
  ];
  const actions = [
    ...declared.dataflows.flatMap((dataflow) => dataflowActions(dataflow, known.get(dataflow.key))),
    ...relations,
    ...declared.dataflows.flatMap((dataflow) => scheduleActions(dataflow, schedules)),
    // Those of a dataflow that was retired before are what an apply didn't get to.
    ...pruned.flatMap(({ key }) => scheduleDeletions(key, schedules)),
    ...retired.map(({ key }) => retirement(key, registered, relations)),
  ];
  return { plan: planOf(actions.sort(inOrder)), problems };
}

function problemsOf({ path, options }: DeclaredDataflow, before: Dataflow | undefined): DeclarationProblem[] {
  if (!before) return [];
  const { key, partitioned, status } = before;
  if (status === 'retired') {
    const message = `${key} is retired, for good. Declare a new dataflow under another key.`;
    return [{ path, ofName: true, message }];
  }
  if (partitioned === options.partitioned) return [];
  const message = `${key} was registered with partitioned: ${partitioned}, which can't be changed. Declare a new dataflow under another key.`;
  return [{ path: [...path, 'partitioned'], message }];
}

function sourceProblems(
  { dataflows, unread = [] }: Declared,
  known: ReadonlyMap<string, Dataflow>,
  retired: ReadonlySet<string>,
): DeclarationProblem[] {
  const declared = new Set([...dataflows.map(({ key }) => key), ...unread]);
  const sources = dataflows.flatMap((dataflow) => dataflow.sources ?? []);
  return sources.flatMap(({ key, path }) => {
    if (declared.has(key)) return [];
    const before = known.get(key);
    if (!before) {
      const meant = didYouMean(key, new Set([...declared, ...known.keys()]));
      return [{ path, message: `There is no dataflow ${key}.${meant || ' Declare it, or register it first.'}` }];
    }
    if (before.status === 'retired') return [{ path, message: `${key} is retired, for good. Leave it out.` }];
    if (!retired.has(key)) return [];
    return [{ path, message: `${key} isn't declared, so it would be pruned. Declare it, or leave it out.` }];
  });
}

function cycleProblems(
  { dataflows, unread = [] }: Declared,
  { relations }: Registered,
  actions: readonly PlanAction[],
): DeclarationProblem[] {
  const targets = new Set([...dataflows.flatMap(({ key, sources }) => (sources ? [key] : [])), ...unread]);
  const ended = new Set(
    actions.flatMap((action) => (action.action === 'terminateRelation' ? [action.relationId] : [])),
  );
  const added = dataflows.flatMap(({ key, sources }) =>
    (sources ?? []).map(({ key: source, path }) => ({ source, target: key, path })),
  );
  const others = relations
    .filter(({ id, targetKey }) => !ended.has(id) && !targets.has(targetKey))
    .map(({ sourceKey, targetKey }) => ({ source: sourceKey, target: targetKey }));
  return cyclesThrough(added, others).map(({ edge, path }) => ({
    path: edge.path,
    cycle: path,
    message: cycleMessage(path),
  }));
}

function dataflowActions({ key, options }: DeclaredDataflow, before: Dataflow | undefined): PlanAction[] {
  const fields = changedFields(before ?? parseDataflowOptions({}), options);
  if (!before) return [{ action: 'createDataflow', dataflow: key, fields }];
  return fields.length > 0 ? [{ action: 'changeDataflow', dataflow: key, fields }] : [];
}

function relationActions({ dataflows }: Declared, { relations }: Registered): PlanAction[] {
  const byTarget = new Map<string, Map<string, Relation>>();
  for (const relation of relations) {
    const sources = byTarget.get(relation.targetKey) ?? new Map<string, Relation>();
    byTarget.set(relation.targetKey, sources.set(relation.sourceKey, relation));
  }
  return dataflows.flatMap(({ key: target, sources }): PlanAction[] => {
    if (!sources) return [];
    const left = new Map(byTarget.get(target));
    const wanted = sources.flatMap(({ key: source, partition }): PlanAction[] => {
      const before = left.get(source);
      left.delete(source);
      if (!before) return [{ action: 'createRelation', source, target, partition }];
      if (before.partition === partition) return [];
      const ending = { source, target, relationId: before.id, ready: 0 };
      return [{ action: 'changeRelation', ...ending, from: before.partition, to: partition }];
    });
    const unwanted = [...left.values()].map(({ id: relationId, sourceKey: source }): PlanAction => ({
      action: 'terminateRelation',
      source,
      target,
      relationId,
      ready: 0,
    }));
    return [...wanted, ...unwanted];
  });
}

/** Dataflows before the relations that they need; what ends, last. */
const ORDER = [
  'createDataflow',
  'changeDataflow',
  'createRelation',
  'changeRelation',
  'terminateRelation',
  'retireDataflow',
  'createSchedule',
  'changeSchedule',
  'deleteSchedule',
] as const;

function inOrder(a: PlanAction, b: PlanAction): number {
  const name = (action: PlanAction): string =>
    'dataflow' in action
      ? `${action.dataflow} ${'name' in action ? action.name : ''}`
      : `${action.target} ${action.source}`;
  const [first, second] = [name(a), name(b)];
  return ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || (first < second ? -1 : first > second ? 1 : 0);
}
