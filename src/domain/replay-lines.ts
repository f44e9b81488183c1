// A run and its reruns are versions of the same, a line; and of all that consumed versions of it, what counts. Pure.

import { grouped } from './grouped';
import type { RunId } from './ids';
import type { Run } from './model';
import { isSamePart } from './replay-parts';
import type { Part } from './replay-parts';

/** A run as the plan sees it. */
export type Version = Pick<Run, 'runId' | 'rerunOf' | 'dataflow' | 'slot' | 'partitionKey' | 'state' | 'startedAt'> & {
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
};

/** All versions of some runs, in the order in which they opened. */
export class Versions {
  private readonly byId = new Map<RunId, Version>();

  get size(): number {
    return this.byId.size;
  }

  has(runId: RunId): boolean {
    return this.byId.has(runId);
  }

  add(runs: readonly Version[]): void {
    for (const run of runs) this.byId.set(run.runId, run);
  }

  /** The first version of a run: all of them share it. */
  first(runId: RunId): RunId {
    const before = this.byId.get(runId)?.rerunOf;
    return before && this.has(before) ? this.first(before) : runId;
  }

  /** By their first. */
  all(): Map<RunId, Version[]> {
    return grouped(this.byId.values(), ({ runId }) => this.first(runId));
  }
}

export interface Consumption {
  readonly source: RunId;
  /** Null: it was given back, and nobody has consumed it since. */
  readonly target: RunId | null;
  /** The target's. */
  readonly slot: string;
  readonly part: Part;
}

export type Consumed = Consumption & { readonly target: RunId };

export const isConsumed = (each: Consumption): each is Consumed => each.target !== null;

/** Where several runs have consumed versions of the same, the one that did so last counts. */
export class LastConsumptions {
  private readonly last = new Map<string, Consumption[]>();

  /** `consumptions`: in the order in which they were queued. */
  constructor(
    private readonly versions: Versions,
    consumptions: readonly Consumption[],
  ) {
    for (const each of consumptions) {
      const place = this.placeOf(each);
      const others = (this.last.get(place) ?? []).filter(({ part }) => !isSamePart(part, each.part));
      this.last.set(place, [...others, each]);
    }
  }

  consumed(): Consumed[] {
    return [...this.last.values()].flat().filter(isConsumed);
  }

  /** Whether it is the last of its part, be it that another version of its target was. */
  counts(each: Consumed): boolean {
    const last = this.last.get(this.placeOf(each))?.find(({ part }) => isSamePart(part, each.part));
    return (
      last !== undefined && isConsumed(last) && this.versions.first(last.target) === this.versions.first(each.target)
    );
  }

  private placeOf({ source, slot }: Consumption): string {
    return `${this.versions.first(source)} ${slot}`;
  }
}
