// Plans a replay: which runs are run once more, and after which others. Pure. A run and its reruns are versions of the same: one
// step stands for all of them.

import { AlreadyActiveError } from './errors';
import type { RunId } from './ids';
import type { Run } from './model';
import { MAX_REPLAY_STEPS, tooMany } from './replay';
import type { ReplayStep } from './replay';
import { isOpen } from './run-state';

/** A run as the plan sees it. */
export type Version = Pick<Run, 'runId' | 'rerunOf' | 'dataflow' | 'slot' | 'partitionKey' | 'state' | 'startedAt'> & {
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
};

export interface Consumption {
  readonly source: RunId;
  /** Null: it was given back, and nobody has consumed it since. */
  readonly target: RunId | null;
  /** The target's slot, and the part of what the source wrote. */
  readonly place: string;
}

type Consumed = Consumption & { readonly target: RunId };

const isConsumed = (each: Consumption): each is Consumed => each.target !== null;

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
    const lines = new Map<RunId, Version[]>();
    for (const run of this.byId.values()) {
      const first = this.first(run.runId);
      lines.set(first, [...(lines.get(first) ?? []), run]);
    }
    return lines;
  }
}

/**
 * The consumptions that count: where several runs have consumed versions of the same, the one that did so last. `consumptions`: in
 * the order in which they were queued.
 */
export function lastConsumptions(versions: Versions, consumptions: readonly Consumption[]): Consumed[] {
  const last = new Map(consumptions.map((each) => [`${versions.first(each.source)} ${each.place}`, each]));
  return [...last.values()].filter(isConsumed);
}

/**
 * The replayed run first, then those that consumed it, each after all that it consumed of them.
 * @throws AlreadyActiveError when one of them is open; InvalidArgumentError when they are too many.
 */
export function planReplay(root: RunId, versions: Versions, consumptions: readonly Consumption[]): ReplayStep[] {
  const head = versions.first(root);
  const lines = [...versions.all()].sort(
    ([a, of], [b, other]) => Number(b === head) - Number(a === head) || startOf(a, of) - startOf(b, other),
  );
  if (lines.length > MAX_REPLAY_STEPS) throw tooMany();
  const numbers = new Map(lines.map(([first], number) => [first, number]));
  const numberOf = (runId: RunId): number => numbers.get(versions.first(runId)) ?? -1;
  const last = lastConsumptions(versions, consumptions);
  const after = gather(last.map(({ source, target }) => [numberOf(target), numberOf(source)]));
  const claims = gather(consumptions.filter(isConsumed).map(({ source, target }) => [target, source]));
  return lines.map(([, line], number) => {
    const { state, startedAt: _, rerunOf: __, ...run } = standIn(line);
    const before = after.get(number) ?? new Set();
    const claimed = [...(claims.get(run.runId) ?? [])].map((runId) => ({ runId, step: numberOf(runId) }));
    return {
      ...run,
      cause: state === 'success' ? 'replay' : 'retry',
      after: [...before],
      sources: claimed.filter(({ step }) => before.has(step)),
    };
  });
}

function gather<Key, Value>(pairs: readonly (readonly [Key, Value])[]): Map<Key, Set<Value>> {
  const gathered = new Map<Key, Set<Value>>();
  for (const [key, value] of pairs) gathered.set(key, (gathered.get(key) ?? new Set<Value>()).add(value));
  return gathered;
}

// What consumed a run has started after its first version, in whatever order their reruns came.
function startOf(first: RunId, line: readonly Version[]): number {
  return line.find(({ runId }) => runId === first)?.startedAt?.getTime() ?? 0;
}

/** The newest version that succeeded; where none did, the newest. @throws AlreadyActiveError when one is open. */
function standIn(line: readonly Version[]): Version {
  const open = line.find(({ state }) => isOpen(state));
  if (open) {
    throw new AlreadyActiveError(
      `Run ${open.runId} of ${open.dataflow} is open (${open.state}), and is a part of what is to be replayed. Wait for its end, or clear it first.`,
      { field: 'runId', runId: open.runId, state: open.state },
    );
  }
  const run = line.findLast(({ state }) => state === 'success') ?? line.at(-1);
  if (!run) throw new Error('A run has a version: itself.');
  return run;
}
