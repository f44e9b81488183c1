// Reads what a replay is about, and lets go of what it withheld when it has ended.

import type { DataflowId, RunId } from '../domain/ids';
import { tooMany } from '../domain/replay';
import type { ReplayStep } from '../domain/replay';
import { LastConsumptions, Versions } from '../domain/replay-lines';
import type { Consumption } from '../domain/replay-lines';
import { planReplay } from '../domain/replay-plan';
import { checkRerun } from '../domain/rerun';
import { consumptionsOf, getRun, releaseHeld, versionsOf } from '../store';
import type { Queryable } from '../store';
import type { AttemptDeps } from './deps';

/** Versions that are looked at: runs may have been run once more many times. */
const MAX_VERSIONS = 10_000;

/**
 * A run and what was made of it. Runs that were run once more since are represented by their newest rerun that succeeded, and
 * what was made of any of their versions was made of them.
 * @throws RunNotFoundError, AlreadyActiveError, InvalidArgumentError
 */
export async function readReplay({ db }: AttemptDeps, runId: RunId): Promise<ReplayStep[]> {
  const root = await getRun(db, runId);
  checkRerun(root, 'replay', undefined);
  const versions = new Versions();
  const consumptions: Consumption[] = [];
  for (let level: readonly RunId[] = [root.runId]; level.length > 0;) {
    const found = await versionsOf(db, level);
    versions.add(found);
    if (versions.size > MAX_VERSIONS) throw tooMany();
    const consumed = await consumptionsOf(
      db,
      found.map((run) => run.runId),
    );
    for (const each of consumed) consumptions.push(each);
    const targets = new LastConsumptions(versions, consumed).consumed().map(({ target }) => target);
    level = [...new Set(targets)].filter((target) => !versions.has(target));
  }
  return planReplay(root.runId, versions, consumptions);
}

/** Returns the dataflows whose slots look again. `before`: in the same transaction. */
export async function release(
  deps: AttemptDeps,
  holder: string,
  progress: () => void,
  before?: (tx: Queryable) => Promise<void>,
): Promise<DataflowId[]> {
  return deps.transaction(async (tx) => {
    await before?.(tx);
    return releaseHeld(tx, holder, progress);
  });
}
