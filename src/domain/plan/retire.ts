// What a declaration leaves out, and what ends with it.

import type { Declared } from '../declaration/read';
import type { Dataflow } from '../model';
import type { PlanAction } from './actions';
import type { Registered } from './plan';

/** Only where the declaration is at home: another team's file may be all that knows of another zone. Retired ones too. */
export function undeclared({ dataflows }: Declared, registered: Registered): Dataflow[] {
  const zones = new Set(dataflows.map(({ parts }) => parts.zone));
  const declared = new Set(dataflows.map(({ key }) => key));
  return registered.dataflows.filter(({ key, zone }) => zones.has(zone) && !declared.has(key));
}

/** `actions`: what is done to relations beside it. */
export function retirement(key: string, { relations }: Registered, actions: readonly PlanAction[]): PlanAction {
  const ended = new Set(actions.flatMap((action) => ('relationId' in action ? [action.relationId] : [])));
  const own = relations.filter(({ id, sourceKey, targetKey }) => {
    return (sourceKey === key || targetKey === key) && !ended.has(id);
  });
  return { action: 'retireDataflow', dataflow: key, relations: own.length };
}
