// Waits until a run could open in a slot: for whoever has nothing else to do meanwhile. It costs no history, and decides nothing: the
// run that opens then decides.

import { sleep } from '@temporalio/activity';
import { givesWay } from '../domain/rerun';
import { dataflowRef } from '../domain/start-request';
import { findDataflow, findOpenRun } from '../store';
import { runningExecution } from '../temporal/running-execution';
import type { Deps } from './deps';

/** How long one activity goes on: its worker may be shut down in between. */
const SHIFT_MS = 1_800_000;

const PAUSE_MS = 1_000;

/** Returns when it could, or when the shift is over. `progress` is told that it is still there. */
export async function awaitSlot(deps: Deps, dataflow: string, slot: string, progress: () => void): Promise<void> {
  const { id } = await findDataflow(deps.db, dataflowRef(dataflow));
  for (const until = Date.now() + SHIFT_MS; Date.now() < until;) {
    progress();
    await sleep(PAUSE_MS);
    const owner = await findOpenRun(deps.db, id, slot);
    if (!owner || givesWay(owner)) return;
    // Whoever opens then is told so, or finds out that its workflow is gone.
    if (owner.waitingFor === 'sources' || !(await runningExecution(deps.client(), owner.workflowId))) return;
  }
}
