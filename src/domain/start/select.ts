// What of a slot's ready rows a run claims: all of them, unless the dataflow limits how much a run takes, or a backlog is to be
// consumed one source run a run. What the rule needs always goes along, so that a claim never satisfies less than the rule.

import type { QueueId } from '../ids';
import { joinsPartitions } from '../partition';
import { isWaitedFor } from '../rule';
import type { Explanation, ExplanationLeaf, RuleNode, RuleSource, SourceCondition, StartRule } from '../rule';
import type { ReadyRow } from './decision';

/** `explanation`: of the rule, over these rows. */
export function selectClaim<Row extends ReadyRow>(
  rule: StartRule,
  sources: readonly RuleSource[],
  ready: readonly Row[],
  explanation: Explanation,
  maxSources: number | null,
): readonly Row[] {
  const oneByOne = ready.some((row) => row.oneByOne);
  if (!oneByOne && (maxSources === null || ready.length <= maxSources)) return ready;
  const bySource = new Map<string, Row[]>();
  for (const row of ready) {
    const own = bySource.get(row.sourceDataflowId);
    if (own) own.push(row);
    else bySource.set(row.sourceDataflowId, [row]);
  }
  const needed = new Set(neededRows(rule, sources, ready, bySource, explanation).map((row) => row.queueId));
  if (oneByOne) addOneEach(rule, sources, bySource, needed);
  else fill(ready, needed, maxSources ?? ready.length);
  return ready.filter((row) => needed.has(row.queueId));
}

/** The oldest rows that satisfy the rule; of several ways to do so, the one that has waited longest. */
function neededRows<Row extends ReadyRow>(
  rule: StartRule,
  sources: readonly RuleSource[],
  ready: readonly Row[],
  bySource: ReadonlyMap<string, readonly Row[]>,
  explanation: Explanation,
): readonly Row[] {
  switch (rule.check) {
    case 'sourceRunIds':
    case 'sourceIds':
      return ready;
    case 'ignore':
      return [];
    case 'any':
      return ready.slice(0, 1);
    case 'all':
      return [...bySource.values()].flatMap((rows) => rows.slice(0, 1));
    case 'rule': {
      const byKey = new Map(sources.map((source) => [source.sourceKey, source]));
      const rowsOf = ({ source, count }: SourceCondition): readonly Row[] => {
        const related = byKey.get(source);
        if (!related) return [];
        const rows = bySource.get(related.sourceDataflowId) ?? [];
        return joinsPartitions(related.partition) ? ofPartitions(rows, count) : rows.slice(0, count);
      };
      const { rule: root } = rule;
      // A rule that is one source is explained as all of that one.
      const part = root && 'source' in root ? explanation.of[0] : explanation;
      return (root && part && neededBy(root, part, rowsOf)) ?? [];
    }
  }
}

/** Undefined where the node isn't satisfied. */
function neededBy<Row extends ReadyRow>(
  node: RuleNode,
  part: Explanation | ExplanationLeaf,
  rowsOf: (condition: SourceCondition) => readonly Row[],
): readonly Row[] | undefined {
  if (!part.satisfied) return undefined;
  // A fresh run that was consumed before satisfies without any row.
  if ('source' in node) return rowsOf(node);
  if (!('of' in part)) return undefined;
  const parts = 'all' in node ? node.all : 'any' in node ? node.any : node.of;
  const met = parts.flatMap((inner, at) => {
    const explained = part.of[at];
    const rows = explained && neededBy(inner, explained, rowsOf);
    return rows ? [{ rows, counts: isWaitedFor(explained) }] : [];
  });
  if ('all' in node) return met.flatMap(({ rows }) => rows);
  const need = 'any' in node ? 1 : node.atLeast;
  return met
    .filter(({ rows, counts }) => counts && rows.length > 0)
    .sort((a, b) => compare(a.rows[0]?.queueId, b.rows[0]?.queueId))
    .slice(0, need)
    .flatMap(({ rows }) => rows);
}

/** The oldest row of each of so many partitions. */
function ofPartitions<Row extends ReadyRow>(rows: readonly Row[], count: number): readonly Row[] {
  const oldest = new Map<string | null, Row>();
  for (const row of rows) {
    if (oldest.size === count) break;
    if (!oldest.has(row.dataflowPartitionKey)) oldest.set(row.dataflowPartitionKey, row);
  }
  return [...oldest.values()];
}

/** One row of every source that the rule doesn't wait for: its backlog goes along, as slowly. */
function addOneEach(
  rule: StartRule,
  sources: readonly RuleSource[],
  bySource: ReadonlyMap<string, readonly ReadyRow[]>,
  needed: Set<QueueId>,
): void {
  const named = rule.check === 'rule' && rule.rule ? namedIn(rule.rule) : undefined;
  const waitedFor = (key: string): boolean => (named ? named.has(key) : rule.check !== 'ignore');
  for (const { sourceKey, sourceDataflowId } of sources) {
    const oldest = bySource.get(sourceDataflowId)?.[0];
    if (oldest && !waitedFor(sourceKey)) needed.add(oldest.queueId);
  }
}

function namedIn(node: RuleNode): Set<string> {
  if ('source' in node) return new Set(node.optional ? [] : [node.source]);
  const parts = 'all' in node ? node.all : 'any' in node ? node.any : node.of;
  return new Set(parts.flatMap((part) => [...namedIn(part)]));
}

function fill(ready: readonly ReadyRow[], needed: Set<QueueId>, size: number): void {
  for (const { queueId } of ready) {
    if (needed.size >= size) return;
    needed.add(queueId);
  }
}

/** Ids are decimal strings, past 2^53 it may be. */
function compare(a = '', b = ''): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
