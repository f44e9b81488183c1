// The graph of dataflows: what a new relation may not do to it.

import { CycleError, InvalidArgumentError } from './errors';

export interface Edge {
  readonly source: string;
  readonly target: string;
}

/** The path from one node to another along the edges, both included; undefined when there is none. Breadth first: shortest. */
export function findPath(edges: readonly Edge[], from: string, to: string): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) next.set(source, [...(next.get(source) ?? []), target]);
  const cameFrom = new Map<string, string | null>([[from, null]]);
  const todo = [from];
  for (const node of todo) {
    if (node === to) return trace(cameFrom, to);
    for (const target of next.get(node) ?? []) {
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      todo.push(target);
    }
  }
  return undefined;
}

function trace(cameFrom: ReadonlyMap<string, string | null>, to: string): string[] {
  const path: string[] = [];
  for (let node: string | null = to; node !== null; node = cameFrom.get(node) ?? null) path.unshift(node);
  return path;
}

/** Cycles looked for at most: each is a search of its own. */
const MAX_CYCLES = 20;

/**
 * Cycles among all edges, one for each added edge that has to go for there to be none. The path begins and ends with the
 * edge's source.
 */
export function cyclesThrough<Added extends Edge>(
  added: readonly Added[],
  others: readonly Edge[],
): { readonly edge: Added; readonly path: readonly string[] }[] {
  let suspects = onCycles([...added, ...others]);
  const cycles: { edge: Added; path: string[] }[] = [];
  for (const edge of added) {
    if (!suspects.includes(edge) || cycles.length === MAX_CYCLES) continue;
    const back = findPath(suspects, edge.target, edge.source);
    if (!back) continue;
    cycles.push({ edge, path: [edge.source, ...back] });
    suspects = onCycles(suspects.filter((other) => other !== edge));
  }
  return cycles;
}

/** Edges on cycles, and between them: those that are left when every node that nothing leads to is taken away, again and again. */
function onCycles(edges: readonly Edge[]): Edge[] {
  const incoming = new Map<string, number>();
  const outgoing = new Map<string, Edge[]>();
  for (const edge of edges) {
    incoming.set(edge.target, (incoming.get(edge.target) ?? 0) + 1);
    const list = outgoing.get(edge.source);
    if (list) list.push(edge);
    else outgoing.set(edge.source, [edge]);
  }
  const free = [...outgoing.keys()].filter((node) => !incoming.has(node));
  const gone = new Set(free);
  for (const node of free) {
    for (const { target } of outgoing.get(node) ?? []) {
      const left = (incoming.get(target) ?? 0) - 1;
      incoming.set(target, left);
      if (left > 0) continue;
      gone.add(target);
      free.push(target);
    }
  }
  return edges.filter(({ source, target }) => !gone.has(source) && !gone.has(target));
}

/**
 * Refuses an edge that would close a cycle among the edges that exist, or that leads from a node to itself.
 * @throws CycleError naming the dataflows on the cycle.
 */
export function checkAcyclic(edges: readonly Edge[], added: Edge, title: (node: string) => string): void {
  const back = findPath(edges, added.target, added.source);
  if (!back) return;
  const path = [added.source, ...back].map(title);
  const what =
    added.source === added.target ? `${title(added.source)} can't be its own source` : 'That relation closes a cycle';
  throw new CycleError(`${what}: ${path.join(' → ')}. Terminate one of these relations first, or leave this one out.`, {
    path,
  });
}

/**
 * Refuses a relation that goes against a declared zone order (low → high). Zones that aren't declared are free.
 * @throws InvalidArgumentError
 */
export function checkZoneOrder(zoneOrder: readonly string[], sourceZone: string, targetZone: string): void {
  const from = zoneOrder.indexOf(sourceZone);
  const to = zoneOrder.indexOf(targetZone);
  if (from < 0 || to < 0 || from <= to) return;
  throw new InvalidArgumentError(
    `A relation from zone ${sourceZone} to zone ${targetZone} goes against the zone order ${zoneOrder.join(' → ')}.`,
    { field: 'targetId', zoneOrder },
  );
}
