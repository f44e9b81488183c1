// Nested rules as their authors write them.

import { parseDuration } from '../duration';
import { InvalidArgumentError } from '../errors';
import { parseKey } from '../key';
import { utf8Length } from '../percent';
import type { LeftOut, RuleNode, RuleSource, SourceCondition } from './types';

/** A source's key alone, a source with conditions, or a combination of both. */
export type RuleInput =
  | string
  | {
      readonly source: string;
      /** Ready runs that it takes. Default 1. */
      readonly count?: number;
      /** The source's newest run must not be older, for example `24 hours`; it may have been consumed before. */
      readonly within?: string;
      /** Consumed if it is there, never waited for. */
      readonly optional?: boolean;
    }
  | { readonly all: readonly RuleInput[] }
  | { readonly any: readonly RuleInput[] }
  | { readonly atLeast: number; readonly of: readonly RuleInput[] };

/** Deep enough for any rule that a person can read. */
const MAX_DEPTH = 8;
/** Sources that one rule names at most. */
const MAX_NODES = 2_000;
/** A start carries its rule, and the notes of a run beside it: half of what a Temporal payload holds. */
const MAX_BYTES = 1_000_000;
/** Sources of a target that a refusal names. */
const NAMED = 20;

const KINDS = ['source', 'all', 'any', 'atLeast'] as const;
const FIELDS = new Set<string>([...KINDS, 'of', 'count', 'within', 'optional']);
const FORM =
  "a source's key, { source, count, within, optional }, { all: […] }, { any: […] } or { atLeast: n, of: […] }";

/** @throws InvalidArgumentError that names the field, for example `trigger.when.all.1.count`. */
export function parseRule(value: unknown, field: string): RuleNode {
  const budget = { nodes: MAX_NODES };
  const rule = parseNode(value, field, MAX_DEPTH, budget);
  checkSize(rule, field);
  return rule;
}

/** @throws InvalidArgumentError for what is too long to travel with a start. */
export function checkSize(value: unknown, field: string): void {
  if (utf8Length(JSON.stringify(value)) > MAX_BYTES) {
    refuse(field, `is longer than ${MAX_BYTES.toLocaleString('en-US')} bytes as JSON`);
  }
}

/** True where the rule needs to know how old the newest runs are. */
export function asksForAge(rule: RuleNode | null): boolean {
  return rule !== null && conditions(rule).some(({ within }) => within !== null);
}

/** @throws InvalidArgumentError for a rule that names what is no source of the target, or none that would be waited for. */
export function checkSources(
  rule: RuleNode,
  sources: readonly Pick<RuleSource, 'sourceKey'>[],
  field: string,
  leftOut: LeftOut = new Map(),
): void {
  const known = new Set(sources.map((source) => source.sourceKey));
  const more = known.size > NAMED ? ` and ${String(known.size - NAMED)} more` : '';
  const named = [...known].slice(0, NAMED).join(', ') || 'none';
  const strange = conditions(rule).find(({ source }) => !known.has(source));
  if (!strange) return;
  if (leftOut.get(strange.source) === 'suspended') {
    throw new InvalidArgumentError(
      `${field} names ${strange.source}, whose relation is suspended: nothing of it would be consumed. Resume it, or leave it out.`,
      { field, source: strange.source },
    );
  }
  throw new InvalidArgumentError(
    `${field} names ${strange.source}, which is no source of it. Its sources are: ${named}${more}.`,
    { field, source: strange.source },
  );
}

/** @throws InvalidArgumentError for `sourceIds` that name what is no source of the target: it would be waited for in vain. */
export function checkSourceIds(specific: readonly string[], sources: readonly RuleSource[]): void {
  const known = new Set(sources.flatMap(({ sourceKey, sourceDataflowId }) => [sourceKey, sourceDataflowId as string]));
  const strange = specific.find((name) => !known.has(name));
  if (strange === undefined) return;
  throw new InvalidArgumentError(
    `specificSources names ${strange.slice(0, 500)}, which is no source of it. Associate it first, or leave it out.`,
    { field: 'specificSources', source: strange },
  );
}

/** `known`: those of them that are runs of its sources. @throws InvalidArgumentError for `sourceRunIds` that name others. */
export function checkSourceRunIds(specific: readonly string[], known: ReadonlySet<string>): void {
  const strange = [...new Set(specific)].filter((runId) => !known.has(runId));
  if (strange.length === 0) return;
  const named = strange.slice(0, NAMED);
  const more = strange.length > NAMED ? ` and ${String(strange.length - NAMED)} more` : '';
  throw new InvalidArgumentError(
    `specificSources names what is no run of its sources: ${named.join(', ')}${more}. Check the runIds, associate their dataflow first, or leave them out.`,
    { field: 'specificSources', runIds: named },
  );
}

function conditions(rule: RuleNode): SourceCondition[] {
  return 'source' in rule ? [rule] : children(rule).flatMap(conditions);
}

function children(rule: Exclude<RuleNode, SourceCondition>): readonly RuleNode[] {
  if ('all' in rule) return rule.all;
  return 'any' in rule ? rule.any : rule.of;
}

/** Whether nothing in it is waited for. */
function isOptional(rule: RuleNode): boolean {
  return 'source' in rule ? rule.optional : children(rule).every(isOptional);
}

function parseNode(value: unknown, field: string, depth: number, budget: { nodes: number }): RuleNode {
  if (--budget.nodes < 0) refuse(field, `is part of a rule with more than ${String(MAX_NODES)} parts`);
  if (typeof value === 'string') return parseCondition({ source: value }, field);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(field, `must be ${FORM}`, value);
  const node = value as Readonly<Record<string, unknown>>;
  const kinds = KINDS.filter((kind) => node[kind] != null);
  checkFields(node, field);
  if (kinds.length !== 1) return refuse(field, `must be one of: ${FORM}`, value);
  if (node['source'] != null) return parseCondition(node, field);
  if (depth === 0) return refuse(field, `is nested deeper than ${String(MAX_DEPTH)} levels`);
  const list = (name: string): RuleNode[] => {
    const parts = node[name];
    if (!Array.isArray(parts) || parts.length === 0) return refuse(`${field}.${name}`, 'must be a list of one or more');
    return parts.map((part, at) => parseNode(part, `${field}.${name}.${String(at)}`, depth - 1, budget));
  };
  if (node['all'] != null) return { all: list('all') };
  if (node['any'] != null) return { any: atLeastOf(1, list('any'), `${field}.any`) };
  const of = list('of');
  const atLeast = node['atLeast'];
  if (!Number.isSafeInteger(atLeast) || Number(atLeast) < 1) {
    return refuse(`${field}.atLeast`, 'must be a whole number of 1 or more', atLeast);
  }
  return { atLeast: Number(atLeast), of: atLeastOf(Number(atLeast), of, `${field}.atLeast`) };
}

/** One that is misspelt would be missed without a word. */
function checkFields(node: Readonly<Record<string, unknown>>, field: string): void {
  const strange = Object.keys(node).find((name) => !FIELDS.has(name));
  if (strange !== undefined) refuse(`${field}.${strange.slice(0, 80)}`, `is no field of a rule, which is ${FORM}`);
}

/** What is never waited for can't fulfil anything, and the same source twice is there or missing twice. */
function atLeastOf(need: number, of: RuleNode[], field: string): RuleNode[] {
  const waitedFor = of.filter((node) => !isOptional(node));
  const counted = new Set(waitedFor.map((node) => ('source' in node ? node.source : node))).size;
  if (counted >= need) return of;
  return refuse(field, `needs ${String(need)} of its parts, but only ${String(counted)} of them can be waited for`);
}

function parseCondition(node: Readonly<Record<string, unknown>>, field: string): SourceCondition {
  const { source, within = null } = node;
  const [count, optional] = [node['count'] ?? 1, node['optional'] ?? false];
  if (typeof source !== 'string') return refuse(`${field}.source`, 'must be the key of a source', source);
  checkKey(source, `${field}.source`);
  if (!Number.isSafeInteger(count) || Number(count) < 1) {
    return refuse(`${field}.count`, 'must be a whole number of 1 or more', count);
  }
  if (typeof optional !== 'boolean') return refuse(`${field}.optional`, 'must be true or false', optional);
  if (within !== null) parseDuration(within, `${field}.within`);
  return { source, count: Number(count), within: within as string | null, optional };
}

function checkKey(source: string, field: string): void {
  try {
    parseKey(source);
  } catch (error) {
    throw error instanceof InvalidArgumentError
      ? new InvalidArgumentError(error.message, { ...error.details, field })
      : error;
  }
}

function refuse(field: string, must: string, got?: unknown): never {
  const shown = got === undefined ? '' : ` Got ${JSON.stringify(got).slice(0, 80)}.`;
  throw new InvalidArgumentError(`${field} ${must}.${shown}`, { field });
}
