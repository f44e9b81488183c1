// An explanation short enough to travel: a target may have thousands of sources, a Temporal payload holds 2 MB.

import type { Explanation, ExplanationLeaf } from './types';

type Part = Explanation | ExplanationLeaf;

/** Leaves that travel at most: with the longest keys, and deep in a rule, some 100 KB. The client's `why` has them all. */
export const MAX_LEAVES_INLINE = 100;

/**
 * The same tree with `limit` leaves at most: first what is missing, then what else isn't satisfied, then the rest, and of
 * each the first ones of every group before any group's next. Groups keep what they have and need, and tell in `omitted` what
 * was left out; one without any leaf left is left out with its leaves. Decide before: the rest may be what is ready.
 */
export function abridge(explanation: Explanation, limit = MAX_LEAVES_INLINE): Explanation {
  const leaves = rankLeaves(explanation);
  if (leaves.length <= limit) return explanation;
  const first = leaves.sort((a, b) => a.urgency - b.urgency || a.rank - b.rank).slice(0, limit);
  return keep(explanation, new Set(first.map(({ leaf }) => leaf)));
}

/** The leaves of the tree, in the order of the rule; of an abridged one those that are left. */
export function leavesOf(explanation: Explanation): ExplanationLeaf[] {
  return explanation.of.flatMap((part) => ('of' in part ? leavesOf(part) : [part]));
}

/** How many leaves the tree has, or had before it was abridged. */
export function countLeaves({ of, omitted = 0 }: Explanation): number {
  return of.reduce((sum, part) => sum + size(part), omitted);
}

interface RankedLeaf {
  readonly leaf: ExplanationLeaf;
  /** 0: missing; 1: not satisfied, in a group that is; 2: satisfied. */
  readonly urgency: number;
  /** How many of the same urgency come before it in its own group. */
  readonly rank: number;
}

function rankLeaves(group: Explanation, metAbove = false): RankedLeaf[] {
  const met = metAbove || group.satisfied;
  const ranks = [0, 0, 0];
  return group.of.flatMap((part) => {
    if ('of' in part) return rankLeaves(part, met);
    const urgency = part.satisfied ? 2 : met ? 1 : 0;
    const rank = ranks[urgency] ?? 0;
    ranks[urgency] = rank + 1;
    return [{ leaf: part, urgency, rank }];
  });
}

function keep(group: Explanation, leaves: ReadonlySet<ExplanationLeaf>): Explanation {
  const isKept = (part: Part): boolean => ('of' in part ? part.of.some(isKept) : leaves.has(part));
  const of = group.of.filter(isKept).map((part) => ('of' in part ? keep(part, leaves) : part));
  const left = group.of.filter((part) => !isKept(part));
  if (left.length === 0) return { ...group, of };
  const { omitted = 0, omittedUnmet = 0 } = group;
  return {
    ...group,
    of,
    omitted: left.reduce((sum, part) => sum + size(part), omitted),
    omittedUnmet: omittedUnmet + left.filter((part) => !part.satisfied).length,
  };
}

const size = (part: Part): number => ('of' in part ? countLeaves(part) : 1);
