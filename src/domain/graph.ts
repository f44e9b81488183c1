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
