// Evaluates a rule. Pure: the same values give the same decision and the same explanation, whether the run opens, waits, or
// somebody asks why.

import { parseDuration } from '../duration';
import type { DataflowId } from '../ids';
import type {
  Decision,
  Explanation,
  ExplanationLeaf,
  NewestAge,
  RuleNode,
  RuleRow,
  RuleSource,
  SourceCondition,
  StartRule,
} from './types';

/**
 * Decides whether a target may start. A dataflow without sources always may.
 * `newest`: needed where the rule is about freshness (`asksForAge`).
 */
export function evaluateRule<Row extends RuleRow>(
  rule: StartRule,
  sources: readonly RuleSource[],
  ready: readonly Row[],
  newest: NewestAge = new Map(),
): Decision<Row> {
  const counted = rule.check === 'sourceIds' || rule.check === 'sourceRunIds' ? listed(rule, sources, ready) : ready;
  const explanation = explanationOf(rule, sources, counted, newest);
  return { satisfied: explanation.satisfied, claim: explanation.satisfied ? counted : [], explanation };
}

function explanationOf(
  rule: StartRule,
  sources: readonly RuleSource[],
  counted: readonly RuleRow[],
  newest: NewestAge,
): Explanation {
  const bySource = tally(counted.map((row) => row.sourceDataflowId));
  switch (rule.check) {
    case 'rule': {
      const byKey = new Map(sources.map((source) => [source.sourceKey, source.sourceDataflowId]));
      return asRoot(evaluateNode(rule.rule ?? { all: [] }, { byKey, bySource, newest }));
    }
    case 'sourceRunIds': {
      const byRun = tally(counted.map((row) => row.sourceRunId));
      return group(
        rule.check,
        unique(rule.specificSources).map((id) => leaf(id, byRun.get(id))),
      );
    }
    case 'sourceIds': {
      const leaves = unique(rule.specificSources).map((wanted) => {
        const source = sources.find((candidate) => names(candidate, wanted));
        return leaf(source?.sourceKey ?? wanted, source && bySource.get(source.sourceDataflowId));
      });
      return group(rule.check, leaves);
    }
    case 'all':
    case 'any':
    case 'ignore':
      return group(
        rule.check,
        sources.map((source) => leaf(source.sourceKey, bySource.get(source.sourceDataflowId))),
      );
  }
}

interface Facts {
  readonly byKey: ReadonlyMap<string, DataflowId>;
  readonly bySource: ReadonlyMap<string, number>;
  readonly newest: NewestAge;
}

function evaluateNode(node: RuleNode, facts: Facts): Explanation | ExplanationLeaf {
  if ('source' in node) return condition(node, facts);
  const evaluated = (of: readonly RuleNode[]): (Explanation | ExplanationLeaf)[] =>
    of.map((inner) => evaluateNode(inner, facts));
  if ('all' in node) return group('all', evaluated(node.all));
  if ('any' in node) return group('any', evaluated(node.any));
  return group('atLeast', evaluated(node.of), node.atLeast);
}

function condition({ source, count, within, optional }: SourceCondition, facts: Facts): ExplanationLeaf {
  const id = facts.byKey.get(source);
  const ready = (id && facts.bySource.get(id)) ?? 0;
  const age = (id && facts.newest.get(id)) ?? null;
  const limit = within === null ? null : parseDuration(within, 'within');
  const fresh = limit === null || (age !== null && age <= limit);
  // Freshness alone asks for no new run: one that was consumed before may be fresh enough.
  const enough = ready >= count || (limit !== null && count === 1);
  return {
    source,
    satisfied: optional || (fresh && enough),
    ready,
    ...(count > 1 && { need: count }),
    ...(limit !== null && { within: limit, age }),
    ...(optional && { optional: true as const }),
    ...(id === undefined && { unrelated: true as const }),
  };
}

function group(
  check: Explanation['check'],
  of: readonly (Explanation | ExplanationLeaf)[],
  atLeast?: number,
): Explanation {
  const counted = of.filter((part) => !('optional' in part));
  const have = counted.filter((part) => part.satisfied).length;
  const need = atLeast ?? needed(check, counted.length);
  return { check, satisfied: have >= need, have, need, of };
}

function needed(check: Explanation['check'], parts: number): number {
  if (check === 'ignore') return 0;
  return check === 'any' ? Math.min(1, parts) : parts;
}

/** A rule that is a single source reads as all of that one. */
const asRoot = (part: Explanation | ExplanationLeaf): Explanation => ('of' in part ? part : group('all', [part]));

function listed<Row extends RuleRow>(rule: StartRule, sources: readonly RuleSource[], ready: readonly Row[]): Row[] {
  const wanted = new Set(rule.specificSources);
  if (rule.check === 'sourceRunIds') return ready.filter((row) => wanted.has(row.sourceRunId));
  const ids = new Set(
    sources.filter((source) => rule.specificSources.some((name) => names(source, name))).map((s) => s.sourceDataflowId),
  );
  return ready.filter((row) => ids.has(row.sourceDataflowId));
}

const names = (source: RuleSource, wanted: string): boolean =>
  source.sourceKey === wanted || source.sourceDataflowId === wanted;

const leaf = (source: string, ready = 0): ExplanationLeaf => ({ source, satisfied: ready > 0, ready });

const unique = (values: readonly string[]): string[] => [...new Set(values)];

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
