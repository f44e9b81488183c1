// What a replay has made anew of what a run had consumed: part by part, by the names that the source runs gave them. Pure.

import { grouped } from './grouped';
import type { RunId } from './ids';

/** What a source run left for one slot of a target. */
export interface Part {
  readonly partitionKey: string | null;
  /** One of several partitions that its run reported; else it is all that the run left for the slot. */
  readonly isListed: boolean;
}

export interface PartOfRun extends Part {
  readonly sourceRunId: RunId;
}

/** A source run, and the one in whose place another stands now. */
export interface Replaced {
  readonly runId: RunId;
  readonly by: RunId;
  /** Partitions of it that count as another target run's: it has consumed them in a later version. */
  readonly except: readonly string[];
}

/**
 * Whether one takes the other's place, of two that versions of a source left for the same slot. Runs list their partitions in any
 * order, and not always the same ones; what is all that a run left takes the place of all, whatever the run called it.
 */
export function isSamePart(one: Part, other: Part): boolean {
  if (!one.isListed && !other.isListed) return true;
  return one.partitionKey === null || other.partitionKey === null || one.partitionKey === other.partitionKey;
}

/**
 * `claimed`: what the run had consumed; `held`: what the replay keeps for its slot. Returns what it consumes of that, and in place of
 * what. The rest of `claimed` it consumes as it was; the rest of `held` goes to whoever it is for.
 */
export function madeAnew<Claimed extends PartOfRun, Held extends PartOfRun>(
  claimed: readonly Claimed[],
  held: readonly Held[],
  replaced: readonly Replaced[],
): { readonly anew: Held[]; readonly insteadOf: Claimed[] } {
  const replacedBy = new Map(replaced.map(({ runId, by, except }) => [runId, { by, except: new Set(except) }]));
  const heldOf = grouped(held, ({ sourceRunId }) => sourceRunId);
  const anew = new Set<Held>();
  const insteadOf = claimed.filter((part) => {
    const { by, except } = replacedBy.get(part.sourceRunId) ?? {};
    if (by === undefined || (part.isListed && except?.has(part.partitionKey ?? ''))) return false;
    const same = (heldOf.get(by) ?? []).filter((other) => isSamePart(part, other));
    for (const other of same) anew.add(other);
    return same.length > 0;
  });
  return { anew: [...anew], insteadOf };
}
