// What has to be done for the schedules of dataflows to be the declared ones. They are kept by Temporal, not with the registry.

import type { DeclaredDataflow, DeclaredSchedule } from '../declaration/read';
import type { Json, JsonObject } from '../json';
import { compactSchedule, parseSchedule } from '../schedule';
import type { ScheduleInput, ScheduleSpec } from '../schedule';
import type { PlanAction } from './actions';
import { canonical } from './fields';
import type { FieldChange } from './fields';

export interface RegisteredSchedule {
  /** Empty for the dataflow's usual one. */
  readonly name: string;
  readonly spec: ScheduleInput;
}

/** By the dataflow's key: all schedules of those that declare theirs. */
export type RegisteredSchedules = ReadonlyMap<string, readonly RegisteredSchedule[]>;

export function scheduleActions({ key, schedules }: DeclaredDataflow, registered: RegisteredSchedules): PlanAction[] {
  if (!schedules) return [];
  const left = new Map(registered.get(key)?.map((schedule) => [schedule.name, schedule.spec]));
  const wanted = schedules.flatMap((declared): PlanAction[] => {
    const before = left.get(declared.name);
    left.delete(declared.name);
    const fields = changes(before ?? {}, declared);
    const action = before ? 'changeSchedule' : 'createSchedule';
    return before && fields.length === 0 ? [] : [{ action, dataflow: key, name: declared.name, fields }];
  });
  const unwanted = [...left.keys()].map((name): PlanAction => ({ action: 'deleteSchedule', dataflow: key, name }));
  return [...wanted, ...unwanted];
}

/** Field by field. One that an earlier version wrote, and this one doesn't take, is compared as it is written. */
function changes(before: ScheduleInput, { spec }: DeclaredSchedule): FieldChange[] {
  const [from, to] = [shortSchedule(parsed(before) ?? before), shortSchedule(spec)];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((field) => {
    const [old = null, now = null] = [from[field], to[field]];
    return canonical(old) === canonical(now) ? [] : [{ field, from: old, to: now }];
  });
}

function parsed(input: ScheduleInput): ScheduleSpec | undefined {
  try {
    return parseSchedule(input);
  } catch {
    return undefined;
  }
}

/** As its author would write it: one entry alone is no list, and UTC is the default. */
export function shortSchedule(schedule: ScheduleSpec | ScheduleInput): JsonObject {
  const given = Object.entries(compactSchedule(schedule as ScheduleSpec)).filter(
    ([field, value]) => !(field === 'timeZone' && value === 'UTC'),
  );
  return Object.fromEntries(given.map(([field, value]): [string, Json] => [field, short(value as Json)]));
}

const short = (value: Json): Json => {
  const one = Array.isArray(value) && value.length === 1 ? (value as readonly Json[])[0] : value;
  return JSON.parse(JSON.stringify(one, (_, part: Json) => part ?? undefined)) as Json;
};
