// Plans a replay: which runs are run once more, and after which others; one step stands for all versions of a run. Pure.

import { AlreadyActiveError } from './errors';
import { grouped } from './grouped';
import type { RunId } from './ids';
import { checkPlan, MAX_REPLAY_STEPS, tooMany } from './replay';
import type { ReplayedSource, ReplayStep } from './replay';
import { isConsumed, LastConsumptions } from './replay-lines';
import type { Consumed, Consumption, Version, Versions } from './replay-lines';
import { isOpen } from './run-state';

/**
 * The replayed run first, then those that consumed it, each after all that it consumed of them.
 * @throws AlreadyActiveError when one of them is open; InvalidArgumentError when they are too many, or consumed too many of one another.
 */
export function planReplay(root: RunId, versions: Versions, consumptions: readonly Consumption[]): ReplayStep[] {
  const head = versions.first(root);
  const lines = [...versions.all()].sort(
    ([a, of], [b, other]) => Number(b === head) - Number(a === head) || startOf(a, of) - startOf(b, other),
  );
  if (lines.length > MAX_REPLAY_STEPS) throw tooMany();
  const numbers = new Map(lines.map(([first], number) => [first, number]));
  const numberOf = (runId: RunId): number => numbers.get(versions.first(runId)) ?? -1;
  const last = new LastConsumptions(versions, consumptions);
  const before = grouped(last.consumed(), ({ target }) => numberOf(target));
  const claims = grouped(consumptions.filter(isConsumed), ({ target }) => target);
  const plan = lines.map(([, line], number): ReplayStep => {
    const { state, startedAt: _, rerunOf: __, ...run } = standIn(line);
    return {
      ...run,
      cause: state === 'success' ? 'replay' : 'retry',
      after: [...new Set(before.get(number)?.map(({ source }) => numberOf(source)))],
      sources: sourcesOf(claims.get(run.runId) ?? [], last, numberOf),
    };
  });
  checkPlan(plan);
  return plan;
}

/** `claimed`: by the run of a step. Of what another run has consumed in a later version, that one consumes what is made anew. */
function sourcesOf(
  claimed: readonly Consumed[],
  last: LastConsumptions,
  numberOf: (runId: RunId) => number,
): ReplayedSource[] {
  return [...grouped(claimed, ({ source }) => source)].flatMap(([runId, parts]) => {
    const others = parts.filter((each) => !last.counts(each));
    if (others.length === parts.length) return [];
    const except = others.flatMap(({ part }) => part.partitionKey ?? []);
    return [{ runId, step: numberOf(runId), ...(except.length > 0 && { except }) }];
  });
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
