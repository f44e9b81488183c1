// Evaluates a rule. Pure: the same values give the same decision and the same explanation, whether the run opens, waits, or
// somebody asks why.

import { parseDuration } from '../duration';
import type { DataflowId } from '../ids';
import { joinsPartitions } from '../partition';
import type {
  Decision,
  Explanation,
  ExplanationLeaf,
  LeftOut,
  NewestAge,
  RuleNode,
  RuleRow,
  RuleSource,
  SourceCondition,
  StartRule,
} from './types';

/**
 * Decides whether a target may start. A dataflow without sources always may.
 * `newest`: needed where the rule is about freshness (`asksForAge`). `leftOut`: needed where it is nested.
 */
export function evaluateRule<Row extends RuleRow>(
  rule: StartRule,
  sources: readonly RuleSource[],
  ready: readonly Row[],
  newest: NewestAge = new Map(),
  leftOut: LeftOut = new Map(),
): Decision<Row> {
  const counted = rule.check === 'sourceIds' || rule.check === 'sourceRunIds' ? listed(rule, sources, ready) : ready;
  const explanation = explanationOf(rule, sources, counted, newest, leftOut);
  return { satisfied: explanation.satisfied, counted, claim: explanation.satisfied ? counted : [], explanation };
}

/**
 * How a nested rule stands once every active source has all that it could: what isn't satisfied then never will be, as the relations
 * are.
 */
export function bestCase(rule: RuleNode, sources: readonly RuleSource[], leftOut: LeftOut): Explanation {
  // Of each partition as well: so many that nobody counts them.
  const byKey = new Map(sources.map((source) => [source.sourceKey, { ...source, partition: 'all' as const }]));
  const each = <T>(value: T): Map<DataflowId, T> =>
    new Map(sources.map(({ sourceDataflowId }) => [sourceDataflowId, value]));
  return asRoot(
    evaluateNode(rule, { byKey, bySource: each(Infinity), partitions: new Map(), newest: each(0), leftOut }),
  );
}

function explanationOf(
  rule: StartRule,
  sources: readonly RuleSource[],
  counted: readonly RuleRow[],
  newest: NewestAge,
  leftOut: LeftOut,
): Explanation {
  const bySource = tally(counted.map((row) => row.sourceDataflowId));
  switch (rule.check) {
    case 'rule': {
      const byKey = new Map(sources.map((source) => [source.sourceKey, source]));
      const partitions = partitionsBySource(counted);
      return asRoot(evaluateNode(rule.rule ?? { all: [] }, { byKey, bySource, partitions, newest, leftOut }));
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
  readonly byKey: ReadonlyMap<string, RuleSource>;
  readonly bySource: ReadonlyMap<string, number>;
  readonly partitions: ReadonlyMap<DataflowId, ReadonlySet<string | null>>;
  readonly newest: NewestAge;
  readonly leftOut: LeftOut;
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
  const related = facts.byKey.get(source);
  const off = facts.leftOut.get(source);
  if (!related && off !== undefined) return { source, satisfied: false, ready: 0, leftOut: off };
  const ready = related ? readyOf(related, facts) : 0;
  const age = (related && facts.newest.get(related.sourceDataflowId)) ?? null;
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
    ...(!related && { unrelated: true as const }),
  };
}

function readyOf({ sourceDataflowId, partition }: RuleSource, { bySource, partitions }: Facts): number {
  if (joinsPartitions(partition)) return partitions.get(sourceDataflowId)?.size ?? 0;
  return bySource.get(sourceDataflowId) ?? 0;
}

function group(
  check: Explanation['check'],
  of: readonly (Explanation | ExplanationLeaf)[],
  atLeast?: number,
): Explanation {
  const counted = of.filter(isWaitedFor);
  const have = counted.filter((part) => part.satisfied).length;
  const need = atLeast ?? needed(check, counted.length);
  const optional = counted.length === 0 && of.length > 0;
  return { check, satisfied: have >= need, have, need, of, ...(optional && { optional }) };
}

/** Whether a part counts for the group that it is in. */
export const isWaitedFor = (part: Explanation | ExplanationLeaf): boolean =>
  !('optional' in part) && !('leftOut' in part);

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

function partitionsBySource(rows: readonly RuleRow[]): Map<DataflowId, Set<string | null>> {
  const partitions = new Map<DataflowId, Set<string | null>>();
  for (const { sourceDataflowId, dataflowPartitionKey } of rows) {
    const own = partitions.get(sourceDataflowId) ?? new Set();
    partitions.set(sourceDataflowId, own.add(dataflowPartitionKey));
  }
  return partitions;
}
