// What is registered, as a declaration that changes nothing: what is default is left out, in an order that stays.

import type { Json } from '../json';
import type { Dataflow, Relation } from '../model';
import { defaultMapping } from '../partition';
import { changedFields } from '../plan/fields';
import type { Registered } from '../plan/registered';
import { shortSchedule } from '../plan/schedules';
import type { RegisteredSchedule } from '../plan/schedules';
import { parseDataflowOptions } from '../registration';
import type { ScheduleInput } from '../schedule';
import type { Declaration, DataflowDeclaration } from './schema';

/** Retired dataflows are left out, and so are those of other zones where one is given. */
export function declarationOf({ dataflows, relations, schedules }: Registered, zone?: string): Declaration {
  const shown = dataflows.filter((dataflow) => {
    return dataflow.status !== 'retired' && (zone === undefined || dataflow.zone === zone);
  });
  const sources = new Map<string, Relation[]>();
  for (const relation of relations.toSorted((a, b) => (a.sourceKey < b.sourceKey ? -1 : 1))) {
    const list = sources.get(relation.targetKey);
    if (list) list.push(relation);
    else sources.set(relation.targetKey, [relation]);
  }
  const sorted = shown.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    version: 1,
    dataflows: Object.fromEntries(
      sorted.map((dataflow) => [
        dataflow.key,
        {
          ...dataflowDeclarationOf(dataflow, sources.get(dataflow.key) ?? []),
          ...schedulesOf(schedules?.get(dataflow.key) ?? []),
        },
      ]),
    ),
  };
}

function schedulesOf(schedules: readonly RegisteredSchedule[]): Pick<DataflowDeclaration, 'schedule' | 'schedules'> {
  const usual = schedules.find(({ name }) => name === '');
  const named = schedules.filter(({ name }) => name !== '').toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const written = named.map(({ name, spec }): [string, ScheduleInput] => [name, shortSchedule(spec)]);
  return {
    ...(usual && { schedule: shortSchedule(usual.spec) }),
    ...(written.length > 0 && { schedules: Object.fromEntries(written) }),
  };
}

/** `trigger.mode` and its kin become fields of `trigger`. */
export function dataflowDeclarationOf(dataflow: Dataflow, relations: readonly Relation[]): DataflowDeclaration {
  const trigger: Record<string, Json> = {};
  const own: Record<string, Json> = {};
  for (const { field, to } of changedFields(parseDataflowOptions({}), dataflow)) {
    const [name = '', inner] = field.split('.');
    if (inner === undefined) own[name] = to;
    else trigger[inner] = to;
  }
  const { displayName, description, ...rest } = own;
  return {
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
    ...(Object.keys(trigger).length > 0 && { trigger }),
    ...rest,
    ...(relations.length > 0 && { sources: sourcesOf(dataflow, relations) }),
  } as DataflowDeclaration;
}

function sourcesOf({ partitioned }: Dataflow, relations: readonly Relation[]): Json {
  const mapping = defaultMapping(partitioned);
  if (relations.every(({ partition }) => partition === mapping)) return relations.map(({ sourceKey }) => sourceKey);
  return Object.fromEntries(
    relations.map(({ sourceKey, partition }): [string, Json] => [
      sourceKey,
      partition === mapping ? {} : { partition },
    ]),
  );
}
