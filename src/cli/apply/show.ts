// A plan for people: `+` what is created, `~` what changes, `-` what ends.

import type { Json } from '../../domain/json';
import { countedAs } from '../../domain/plan/actions';
import type { Plan, PlanAction, PlanSummary } from '../../domain/plan/actions';
import type { FieldChange } from '../../domain/plan/fields';
import { scheduleTitle } from '../../domain/schedule';
import { cell, count } from '../format';

const SIGNS = { create: '+', change: '~', terminate: '-' } as const;

/** Longest value shown. */
const MAX_VALUE = 120;

export function showPlan({ actions, summary }: Plan): string {
  if (actions.length === 0) return `Nothing to do: ${showSummary(summary, 'to ')}.`;
  return [...actions.map(showAction), '', `Plan: ${showSummary(summary, 'to ')}.`].join('\n');
}

/** `2 to create, 1 to change, 0 to terminate` */
export function showSummary({ create, change, terminate }: PlanSummary, to: 'to ' | ''): string {
  const ending = to === '' ? 'd' : '';
  return [
    `${create} ${to}create${ending}`,
    `${change} ${to}change${ending}`,
    `${terminate} ${to}terminate${ending}`,
  ].join(', ');
}

function showAction(action: PlanAction): string {
  return `${SIGNS[countedAs(action)]} ${phrase(action)}`;
}

function phrase(action: PlanAction): string {
  switch (action.action) {
    case 'createDataflow':
      return [`dataflow ${cell(action.dataflow)}`, ...action.fields.map(created)].join('\n');
    case 'changeDataflow':
      return [`dataflow ${cell(action.dataflow)}`, ...action.fields.map(changed)].join('\n');
    case 'createRelation':
      return `relation ${ends(action)} (${cell(action.partition)})`;
    case 'changeRelation':
      return `relation ${ends(action)} (${cell(action.from)} → ${cell(action.to)})${lost(action)}`;
    case 'terminateRelation':
      return `relation ${ends(action)}${lost(action)}`;
    case 'createSchedule':
      return [cell(scheduleTitle(action.dataflow, action.name)), ...action.fields.map(created)].join('\n');
    case 'changeSchedule':
      return [cell(scheduleTitle(action.dataflow, action.name)), ...action.fields.map(changed)].join('\n');
    case 'deleteSchedule':
      return cell(scheduleTitle(action.dataflow, action.name));
    case 'retireDataflow':
      return `dataflow ${cell(action.dataflow)}: retired for good, with ${count(action.relations, 'relation')}${lost(action)}`;
  }
}

const ends = ({ source, target }: { readonly source: string; readonly target: string }): string =>
  `${cell(source)} → ${cell(target)}`;

const lost = ({ ready }: { readonly ready: number }): string =>
  ready === 0 ? '' : `: ${count(ready, 'ready source run')} will not be consumed`;

const created = ({ field, to }: FieldChange): string => `    ${field}: ${shown(to)}`;
const changed = ({ field, from, to }: FieldChange): string => `    ${field}: ${shown(from)} → ${shown(to)}`;

function shown(value: Json): string {
  if (value === null) return '(none)';
  const text = cell(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
