// A dataflow's fields side by side: what is registered, and what is declared.

import type { Json, JsonObject } from '../json';
import type { Dataflow } from '../model';
import type { RegisteredOptions } from '../registration';
import type { RuleNode } from '../rule';
import type { Deadline } from '../start';

/** One field that differs; as a declaration writes it, null where it has none. */
export interface FieldChange {
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
}

/** The fields that say what a dataflow is; a pause and a status are no part of it. */
type Fields = RegisteredOptions | Dataflow;

type Short = Json | undefined;

/** By their paths in a declaration, in its order. */
export const FIELDS: Readonly<Record<string, (of: Fields) => Short>> = {
  'trigger.mode': ({ trigger }) => trigger.mode,
  'trigger.when': ({ trigger }) => (typeof trigger.when === 'string' ? trigger.when : shortRule(trigger.when)),
  'trigger.debounce': ({ trigger }) => trigger.debounce,
  'trigger.maxWait': ({ trigger }) => trigger.maxWait,
  'trigger.maxSources': ({ trigger }) => trigger.maxSources,
  'trigger.deadline': ({ trigger }) => shortDeadline(trigger.deadline),
  'trigger.startBy': ({ trigger }) => trigger.startBy,
  job: ({ job }) => withoutNulls(job),
  partitioned: ({ partitioned }) => partitioned,
  maxConcurrentRuns: ({ maxConcurrentRuns }) => maxConcurrentRuns,
  slotOrder: ({ slotOrder }) => slotOrder,
  onError: ({ onError }) => onError,
  workflowType: ({ workflowType }) => workflowType,
  taskQueue: ({ taskQueue }) => taskQueue,
  displayName: ({ displayName }) => displayName,
  description: ({ description }) => description,
  config: ({ config }) => config,
};

/** What differs, in the order of a declaration's fields. */
export function changedFields(from: Fields, to: Fields): FieldChange[] {
  return Object.entries(FIELDS).flatMap(([field, read]) => {
    const [before = null, after = null] = [read(from), read(to)];
    return canonical(before) === canonical(after) ? [] : [{ field, from: before, to: after }];
  });
}

/** In one word, or nested. */
export type Rule = string | RuleNode;

/** Whether both say the same. */
export function isSameRule(a: Rule | null | undefined, b: Rule | null | undefined): boolean {
  const [first, second] = [a ?? null, b ?? null].map((rule) =>
    canonical(typeof rule === 'object' && rule !== null ? shortRule(rule) : rule),
  );
  return first === second;
}

/** As its author would write it: what is default is left out. */
export function shortRule(rule: RuleNode): Json {
  if ('all' in rule) return { all: rule.all.map(shortRule) };
  if ('any' in rule) return { any: rule.any.map(shortRule) };
  if ('of' in rule) return { atLeast: rule.atLeast, of: rule.of.map(shortRule) };
  const { source, count, within, optional } = rule;
  const conditions = {
    ...(count !== 1 && { count }),
    ...(within !== null && { within }),
    ...(optional && { optional }),
  };
  return Object.keys(conditions).length === 0 ? source : { source, ...conditions };
}

function shortDeadline(deadline: Deadline | null): Json {
  if (!deadline) return null;
  return deadline.action === 'expire' ? deadline.after : { after: deadline.after, action: deadline.action };
}

function withoutNulls(value: object): JsonObject {
  const given = Object.entries(value as JsonObject).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(
    given.map(([name, part]) => [
      name,
      typeof part === 'object' && !Array.isArray(part) ? withoutNulls(part ?? {}) : part,
    ]),
  );
}

/** MySQL orders the fields of a JSON object anew. */
export function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
