// Lets the slots of dataflows look again, after a change that no source run told of.

import type { DataflowId } from '../domain/ids';
import { findDataflow, slotsToLook } from '../store';
import type { AttemptDeps, Execution } from './deps';
import { wakeAll } from './wake-targets';
import { wakeNextInLine } from './wake-line';

/** Returns how many slots were woken. `progress` is told how many are done. */
export async function wakeDataflows(
  deps: AttemptDeps,
  dataflows: readonly DataflowId[],
  execution: Execution,
  progress: (done: number) => void,
): Promise<number> {
  const woken = await wakeAll(deps, await slotsToLook(deps.db, dataflows), execution, progress);
  for (const id of dataflows) await wakeNextInLine(deps, await findDataflow(deps.db, { id }));
  return woken;
}
