// What has to be done for the schedules of dataflows to be the declared ones. They are kept by Temporal, not with the registry.

import type { DeclaredDataflow, DeclaredSchedule } from '../declaration/read';
import type { Json, JsonObject } from '../json';
import { DATAFLOW_RUN } from '../messages';
import { compactSchedule, parseSchedule } from '../schedule';
import type { ScheduleInput, ScheduleSpec } from '../schedule';
import type { PlanAction } from './actions';
import { canonical, shortRule } from './fields';
import type { FieldChange } from './fields';

export interface RegisteredSchedule {
  /** Empty for the dataflow's usual one. */
  readonly name: string;
  readonly spec: ScheduleInput;
  readonly starts: Starts;
}

/** What a schedule starts, and where: its dataflow's when it was written. Null: the default. */
export interface Starts {
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
}

/** By the dataflow's key: all schedules of those that were looked at. */
export type RegisteredSchedules = ReadonlyMap<string, readonly RegisteredSchedule[]>;

export function scheduleActions(
  { key, options, schedules }: DeclaredDataflow,
  registered: RegisteredSchedules,
): PlanAction[] {
  const left = new Map(registered.get(key)?.map((schedule) => [schedule.name, schedule]));
  if (!schedules)
    return [...left.values()].flatMap(({ name, starts }) => change(key, name, startChanges(starts, options)));
  const wanted = schedules.flatMap((declared): PlanAction[] => {
    const { name } = declared;
    const before = left.get(name);
    left.delete(name);
    if (!before) return [{ action: 'createSchedule', dataflow: key, name, fields: changes({}, declared) }];
    return change(key, name, [...changes(before.spec, declared), ...startChanges(before.starts, options)]);
  });
  return [...wanted, ...[...left.keys()].map((name) => deletion(key, name))];
}

/** Of a dataflow that is pruned, or was. */
export const scheduleDeletions = (key: string, registered: RegisteredSchedules): PlanAction[] =>
  (registered.get(key) ?? []).map(({ name }) => deletion(key, name));

const deletion = (dataflow: string, name: string): PlanAction => ({ action: 'deleteSchedule', dataflow, name });

const change = (dataflow: string, name: string, fields: readonly FieldChange[]): PlanAction[] =>
  fields.length > 0 ? [{ action: 'changeSchedule', dataflow, name, fields }] : [];

const STARTS = ['workflowType', 'taskQueue'] as const;

/** A schedule that an apply before this one didn't get to, too, starts what its dataflow was. */
function startChanges(before: Starts, after: Starts): FieldChange[] {
  return STARTS.flatMap((field) => {
    const [from, to] = [started(before, field), started(after, field)];
    return from === to ? [] : [{ field, from, to }];
  });
}

const started = (starts: Starts, field: (typeof STARTS)[number]): string | null =>
  starts[field] === DATAFLOW_RUN && field === 'workflowType' ? null : starts[field];

const isStart = ({ field }: FieldChange): boolean => STARTS.some((name) => name === field);

/** Whether something else is started, or elsewhere, … */
export const someStart = (fields: readonly FieldChange[]): boolean => fields.some(isStart);

/** … and nothing else is new. */
export const onlyStarts = (fields: readonly FieldChange[]): boolean => fields.every(isStart);

/** Field by field. One that an earlier version wrote, and this one doesn't take, is compared as it is written. */
function changes(before: ScheduleInput, { spec }: DeclaredSchedule): FieldChange[] {
  const [from, to] = [shortSchedule(before), shortSchedule(compactSchedule(spec))];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((field) => {
    const [old = null, now = null] = [from[field], to[field]];
    return canonical(old) === canonical(now) ? [] : [{ field, from: old, to: now }];
  });
}

/** Undefined for one that an earlier version wrote, and this one doesn't take. */
export function specOf(input: ScheduleInput): ScheduleSpec | undefined {
  try {
    return parseSchedule(input);
  } catch {
    return undefined;
  }
}

/** As its author would write it: one entry alone is no list, UTC is the default, and a rule is written as `trigger.when` is. */
export function shortSchedule(schedule: ScheduleInput): JsonObject {
  const spec = specOf(schedule);
  const given = Object.entries(compactSchedule(spec ?? (schedule as ScheduleSpec))).filter(
    ([field, value]) => !(field === 'timeZone' && value === 'UTC'),
  );
  const fields = given.map(([field, value]): [string, Json] => [field, short(value as Json)]);
  const rule = spec?.dependencyCheck ?? null;
  return {
    ...Object.fromEntries(fields),
    ...(typeof rule === 'object' && rule && { dependencyCheck: shortRule(rule) }),
  };
}

const short = (value: Json): Json => {
  const one = Array.isArray(value) && value.length === 1 ? (value as readonly Json[])[0] : value;
  return JSON.parse(JSON.stringify(one, (_, part: Json) => part ?? undefined)) as Json;
};
