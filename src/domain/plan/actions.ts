// What a plan is made of; plain JSON.

import type { RelationId } from '../ids';
import type { PartitionMapping } from '../partition';
import { scheduleTitle } from '../schedule';
import type { FieldChange } from './fields';

interface OfRelation {
  readonly source: string;
  readonly target: string;
}

interface Losing {
  /** Ready source runs that nobody will consume then; unless they are consumed before. */
  readonly ready: number;
}

/** Of a relation that ends. */
interface Ending extends OfRelation, Losing {
  readonly relationId: RelationId;
}

export type PlanAction =
  | { readonly action: 'createDataflow'; readonly dataflow: string; readonly fields: readonly FieldChange[] }
  | { readonly action: 'changeDataflow'; readonly dataflow: string; readonly fields: readonly FieldChange[] }
  | (OfRelation & { readonly action: 'createRelation'; readonly partition: PartitionMapping })
  /** Its mapping: it is terminated, and a new one begins. */
  | (Ending & {
      readonly action: 'changeRelation';
      readonly from: PartitionMapping;
      readonly to: PartitionMapping;
    })
  | (Ending & { readonly action: 'terminateRelation' })
  | {
      readonly action: 'createSchedule';
      readonly dataflow: string;
      readonly name: string;
      readonly fields: readonly FieldChange[];
    }
  | {
      readonly action: 'changeSchedule';
      readonly dataflow: string;
      readonly name: string;
      readonly fields: readonly FieldChange[];
    }
  | { readonly action: 'deleteSchedule'; readonly dataflow: string; readonly name: string }
  /** For good, with the relations that it still has by then. */
  | (Losing & { readonly action: 'retireDataflow'; readonly dataflow: string; readonly relations: number });

export interface PlanSummary {
  readonly create: number;
  readonly change: number;
  readonly terminate: number;
}

export interface Plan {
  /** In the order in which they are done. Empty: nothing is to be done. */
  readonly actions: readonly PlanAction[];
  readonly summary: PlanSummary;
}

const COUNTED_AS = {
  createDataflow: 'create',
  createRelation: 'create',
  createSchedule: 'create',
  changeDataflow: 'change',
  changeRelation: 'change',
  changeSchedule: 'change',
  deleteSchedule: 'terminate',
  terminateRelation: 'terminate',
  retireDataflow: 'terminate',
} as const;

export const countedAs = ({ action }: PlanAction): keyof PlanSummary => COUNTED_AS[action];

export function planOf(actions: readonly PlanAction[]): Plan {
  const summary = { create: 0, change: 0, terminate: 0 };
  for (const action of actions) summary[countedAs(action)]++;
  return { actions, summary };
}

/** Whether both do the same; how much is ready meanwhile makes no difference. */
export function isSamePlan(a: Plan, b: Plan): boolean {
  const [first, second] = [a, b].map(({ actions }) => actions.map((action) => ({ ...action, ready: 0 })));
  return JSON.stringify(first) === JSON.stringify(second);
}

/** On one line, for people. */
export function describeAction(action: PlanAction): string {
  switch (action.action) {
    case 'createDataflow':
      return `create dataflow ${action.dataflow}`;
    case 'changeDataflow':
      return `change dataflow ${action.dataflow}: ${action.fields.map(({ field }) => field).join(', ')}`;
    case 'createRelation':
      return `create relation ${action.source} → ${action.target} (${action.partition})`;
    case 'changeRelation':
      return `change relation ${action.source} → ${action.target}: ${action.from} becomes ${action.to}`;
    case 'terminateRelation':
      return `terminate relation ${action.source} → ${action.target}`;
    case 'createSchedule':
      return `create ${scheduleTitle(action.dataflow, action.name)}`;
    case 'changeSchedule':
      return `change ${scheduleTitle(action.dataflow, action.name)}: ${action.fields.map(({ field }) => field).join(', ')}`;
    case 'deleteSchedule':
      return `delete ${scheduleTitle(action.dataflow, action.name)}`;
    case 'retireDataflow':
      return `retire dataflow ${action.dataflow}`;
  }
}
