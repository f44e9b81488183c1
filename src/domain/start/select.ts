// What of a slot's ready rows a run claims: all of them, unless the dataflow limits how much a run takes, or a backlog is to be
// consumed one source run a run. What the rule needs always goes along, so that a claim never satisfies less than the rule.

import type { QueueId } from '../ids';
import type { RuleNode, RuleSource, StartRule } from '../rule';
import type { ReadyRow } from './decision';

export function selectClaim<Row extends ReadyRow>(
  rule: StartRule,
  sources: readonly RuleSource[],
  ready: readonly Row[],
  maxSources: number | null,
): readonly Row[] {
  const oneByOne = ready.some((row) => row.oneByOne);
  if (!oneByOne && (maxSources === null || ready.length <= maxSources)) return ready;
  const bySource = new Map<string, Row[]>();
  for (const row of ready) bySource.set(row.sourceDataflowId, [...(bySource.get(row.sourceDataflowId) ?? []), row]);
  const needed = new Set(neededRows(rule, sources, ready, bySource).map((row) => row.queueId));
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
      const byKey = new Map(sources.map(({ sourceKey, sourceDataflowId }) => [sourceKey, sourceDataflowId]));
      const rowsOf = (source: string): readonly Row[] => bySource.get(byKey.get(source) ?? '') ?? [];
      return (rule.rule && neededBy(rule.rule, rowsOf)) ?? [];
    }
  }
}

/** Undefined where the node isn't satisfied by rows. */
function neededBy<Row extends ReadyRow>(
  node: RuleNode,
  rowsOf: (source: string) => readonly Row[],
): readonly Row[] | undefined {
  if ('source' in node) {
    const rows = rowsOf(node.source).slice(0, node.count);
    // A fresh run that was consumed before satisfies without any row.
    const enough = rows.length === node.count || node.optional || (node.within !== null && node.count === 1);
    return enough ? rows : undefined;
  }
  const parts = 'all' in node ? node.all : 'any' in node ? node.any : node.of;
  const met = parts.map((part) => neededBy(part, rowsOf)).filter((rows) => rows !== undefined);
  if ('all' in node) return met.flat();
  const need = 'any' in node ? 1 : node.atLeast;
  return met
    .filter((rows) => rows.length > 0)
    .sort((a, b) => compare(a[0]?.queueId, b[0]?.queueId))
    .slice(0, need)
    .flat();
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
