// Rules: when a target may start, and what it then claims. Pure: the same values give the same decision and the same
// explanation, whether the run opens, waits, or somebody asks why.

import type { DataflowId, QueueId, RelationId, RunId } from './ids';
import { DependencyNotReadyError } from './errors';

/** `all` and `any` look at the active relations, `sourceIds` and `sourceRunIds` at the sources listed, `ignore` at nothing. */
export const DEPENDENCY_CHECKS = ['all', 'any', 'ignore', 'sourceIds', 'sourceRunIds'] as const;
export type DependencyCheck = (typeof DEPENDENCY_CHECKS)[number];

export interface StartRule {
  readonly check: DependencyCheck;
  /** Dataflow ids or keys for `sourceIds`, runIds for `sourceRunIds`; not used otherwise. */
  readonly specificSources: readonly string[];
}

/** A relation that is neither suspended nor terminated. */
export interface RuleSource {
  readonly relationId: RelationId;
  readonly sourceDataflowId: DataflowId;
  readonly sourceKey: string;
}

/** An unclaimed queue row of one of these relations. */
export interface RuleRow {
  readonly queueId: QueueId;
  readonly sourceDataflowId: DataflowId;
  readonly sourceRunId: RunId;
}

/** One thing that the rule looks at: a source (its key), or one source run (its runId). */
export interface ExplanationLeaf {
  readonly source: string;
  readonly satisfied: boolean;
  /** Ready source runs that count for it. */
  readonly ready: number;
}

export interface Explanation {
  readonly check: DependencyCheck;
  readonly satisfied: boolean;
  /** How many of the leaves are satisfied, and how many must be. */
  readonly have: number;
  readonly need: number;
  readonly of: readonly ExplanationLeaf[];
}

export interface Decision<Row extends RuleRow> {
  readonly satisfied: boolean;
  /** What a start claims now; empty unless satisfied. */
  readonly claim: readonly Row[];
  readonly explanation: Explanation;
}

/** Decides whether a target may start. A dataflow without sources always may. */
export function evaluateRule<Row extends RuleRow>(
  rule: StartRule,
  sources: readonly RuleSource[],
  ready: readonly Row[],
): Decision<Row> {
  const counted = rule.check === 'sourceIds' || rule.check === 'sourceRunIds' ? listed(rule, sources, ready) : ready;
  const of = leaves(rule, sources, counted);
  const have = of.filter((leaf) => leaf.satisfied).length;
  const need = needed(rule.check, of.length);
  const satisfied = have >= need;
  return {
    satisfied,
    claim: satisfied ? counted : [],
    explanation: { check: rule.check, satisfied, have, need, of },
  };
}

function needed(check: DependencyCheck, leafCount: number): number {
  switch (check) {
    case 'ignore':
      return 0;
    case 'any':
      return Math.min(1, leafCount);
    case 'all':
    case 'sourceIds':
    case 'sourceRunIds':
      return leafCount;
  }
}

function leaves(rule: StartRule, sources: readonly RuleSource[], counted: readonly RuleRow[]): ExplanationLeaf[] {
  const bySource = tally(counted.map((row) => row.sourceDataflowId));
  if (rule.check === 'sourceRunIds') {
    const byRun = tally(counted.map((row) => row.sourceRunId));
    return unique(rule.specificSources).map((id) => leaf(id, byRun.get(id)));
  }
  if (rule.check === 'sourceIds') {
    return unique(rule.specificSources).map((wanted) => {
      const source = sources.find((candidate) => names(candidate, wanted));
      return leaf(source?.sourceKey ?? wanted, source && bySource.get(source.sourceDataflowId));
    });
  }
  return sources.map((source) => leaf(source.sourceKey, bySource.get(source.sourceDataflowId)));
}

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

/** One line for people: `waiting for sz:fx, sz:rates; has 2 of 4`. */
export function explain(explanation: Explanation): string {
  const missing = missingSources(explanation);
  if (explanation.satisfied) return explanation.need === 0 ? 'waits for nothing' : 'everything it waits for is ready';
  const wanted = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ` and ${String(missing.length - 5)} more` : '');
  const any = explanation.check === 'any' ? 'any of ' : '';
  return `waiting for ${any}${wanted}; has ${String(explanation.have)} of ${String(explanation.need)}`;
}

/** What has nothing ready, in the order of the rule. */
export function missingSources(explanation: Explanation): string[] {
  return explanation.of.filter((leaf) => !leaf.satisfied).map((leaf) => leaf.source);
}

/** The refusal of a start that doesn't wait. */
export function dependencyNotReady(target: string, explanation: Explanation): DependencyNotReadyError {
  const missing = missingSources(explanation);
  return new DependencyNotReadyError(
    `${target} can't start: ${explain(explanation)}. Start it again when they have finished, with wait: true to wait for them, ` +
      `or with dependencyCheck: 'ignore' to go without them.`,
    { missing, explanation },
  );
}
