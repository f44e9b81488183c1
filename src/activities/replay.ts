// Reads what a replay is about, and lets go of what it withheld when it has ended.

import type { DataflowId, RunId } from '../domain/ids';
import { MAX_REPLAY_STEPS, planReplay, tooMany } from '../domain/replay';
import type { ReplayStep } from '../domain/replay';
import { checkRerun } from '../domain/rerun';
import { consumersOf, getRun, releaseHeld, runsById } from '../store';
import type { Queryable } from '../store';
import type { AttemptDeps } from './deps';

/**
 * A run and what was made of it; runs that were run once more since are represented by their newest rerun.
 * @throws RunNotFoundError, AlreadyActiveError, InvalidArgumentError
 */
export async function readReplay({ db }: AttemptDeps, runId: RunId): Promise<ReplayStep[]> {
  const root = await getRun(db, runId);
  checkRerun(root, 'replay', undefined);
  const runs = new Map((await runsById(db, [root.runId])).map((run) => [run.runId, run]));
  const consumptions = [];
  for (let level: readonly RunId[] = [root.runId]; level.length > 0;) {
    const found = await consumersOf(db, level);
    consumptions.push(...found);
    const unknown = [...new Set(found.map(({ target }) => target))].filter((target) => !runs.has(target));
    if (runs.size + unknown.length > MAX_REPLAY_STEPS) throw tooMany();
    const next = (await runsById(db, unknown)).filter((run) => !run.isSuperseded);
    for (const run of next) runs.set(run.runId, run);
    level = next.map((run) => run.runId);
  }
  const [first, ...others] = [...runs.values()];
  // A run starts after all that it consumes has ended.
  const startOf = ({ startedAt }: (typeof others)[number]): number => startedAt?.getTime() ?? 0;
  const inOrder = others.sort((a, b) => startOf(a) - startOf(b));
  return planReplay(first ? [first, ...inOrder] : [], consumptions);
}

/** Returns the dataflows whose slots look again. `before`: in the same transaction. */
export async function release(
  deps: AttemptDeps,
  holder: string,
  before?: (tx: Queryable) => Promise<void>,
): Promise<DataflowId[]> {
  return deps.transaction(async (tx) => {
    await before?.(tx);
    return releaseHeld(tx, holder);
  });
}
