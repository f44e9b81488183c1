// What a declaration leaves out, and what ends with it.

import type { Declared } from '../declaration/read';
import type { Dataflow } from '../model';
import type { RelationId } from '../ids';
import type { Plan, PlanAction } from './actions';
import type { Registered } from './registered';

/** Only where the declaration is at home: another team's file may be all that knows of another zone. Retired ones too. */
export function undeclared({ dataflows, unread = [] }: Declared, registered: Registered): Dataflow[] {
  const zones = new Set(dataflows.map(({ parts }) => parts.zone));
  const declared = new Set([...dataflows.map(({ key }) => key), ...unread]);
  return registered.dataflows.filter(({ key, zone }) => zones.has(zone) && !declared.has(key));
}

/** `actions`: what is done to relations beside it. */
export function retirement(key: string, registered: Registered, actions: readonly PlanAction[]): PlanAction {
  const relations = relationsEndedWith(key, registered, actions);
  return { action: 'retireDataflow', dataflow: key, relations: relations.length, ready: 0 };
}

/** By action, the relations that end with it. */
export function endingRelations({ actions }: Plan, registered: Registered): Map<PlanAction, readonly RelationId[]> {
  const ending = actions.map((action): [PlanAction, readonly RelationId[]] => {
    if ('relationId' in action) return [action, [action.relationId]];
    if (action.action !== 'retireDataflow') return [action, []];
    return [action, relationsEndedWith(action.dataflow, registered, actions)];
  });
  return new Map(ending.filter(([, relations]) => relations.length > 0));
}

/** How much is lost with each action. `ready`: how much is ready, by relation. */
export function withReady(plan: Plan, registered: Registered, ready: ReadonlyMap<string, number>): Plan {
  const ending = endingRelations(plan, registered);
  const actions = plan.actions.map((action) => {
    const counts = ending.get(action)?.map((id) => ready.get(id) ?? 0);
    return counts ? { ...action, ready: counts.reduce((sum, count) => sum + count, 0) } : action;
  });
  return { ...plan, actions };
}

function relationsEndedWith(
  key: string,
  { relations }: Registered,
  actions: readonly PlanAction[],
): readonly RelationId[] {
  const ended = new Set(actions.flatMap((action) => ('relationId' in action ? [action.relationId] : [])));
  const own = relations.filter(({ sourceKey, targetKey }) => sourceKey === key || targetKey === key);
  return own.map(({ id }) => id).filter((id) => !ended.has(id));
}
