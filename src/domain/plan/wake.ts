// Dataflows that may start because of a plan: they look again once it is committed. One too many does no harm; what can't start
// anything (a new relation, a description) needs no Temporal.

import type { DataflowId } from '../ids';
import type { Dataflow } from '../model';
import type { Plan, PlanAction } from './actions';
import type { Registered } from './registered';

/** Fields whose change may let an `auto` dataflow with sources start, … */
const OF_TRIGGERED = new Set(['workflowType', 'taskQueue']);
/** … or one of several that wait for a place. */
const OF_WAITING = new Set(['maxConcurrentRuns', 'slotOrder']);

/** In the order of their keys. */
export function dataflowsToWake(plan: Plan, { dataflows, relations }: Registered): DataflowId[] {
  const byKey = new Map(dataflows.map((dataflow) => [dataflow.key, dataflow]));
  const targets = new Set(relations.map(({ targetKey }) => targetKey));
  const keys = plan.actions.flatMap((action): string[] => {
    switch (action.action) {
      case 'changeDataflow':
        return mayStart(action, byKey.get(action.dataflow), targets) ? [action.dataflow] : [];
      case 'changeRelation':
      case 'terminateRelation':
        return [action.target];
      case 'retireDataflow': {
        const { dataflow: retired } = action;
        const own = relations.filter(({ sourceKey }) => sourceKey === retired).map(({ targetKey }) => targetKey);
        return [retired, ...own];
      }
      case 'createDataflow':
      case 'createRelation':
      case 'createSchedule':
      case 'changeSchedule':
      case 'deleteSchedule':
        return [];
    }
  });
  return [...new Set(keys)].sort().flatMap((key) => byKey.get(key)?.id ?? []);
}

function mayStart(
  { dataflow, fields }: Extract<PlanAction, { action: 'changeDataflow' }>,
  before: Dataflow | undefined,
  targets: ReadonlySet<string>,
): boolean {
  if (fields.some(({ field }) => OF_WAITING.has(field))) return true;
  const mode = fields.find(({ field }) => field === 'trigger.mode')?.to ?? before?.trigger.mode;
  if (mode !== 'auto' || !targets.has(dataflow)) return false;
  return fields.some(({ field }) => field.startsWith('trigger.') || OF_TRIGGERED.has(field));
}
