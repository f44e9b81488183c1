// A place among the runs at once is free: whoever comes next looks again. Called after the commit that freed it (rule 2).

import type { Dataflow, Run } from '../domain/model';
import { isOpen } from '../domain/run-state';
import { findDataflow, lockRun, nextInLine } from '../store';
import type { Queryable } from '../store';
import type { AttemptDeps } from './deps';
import { endInTransaction, endReport } from './end-run';
import { wakeExecution } from './wake-targets';

export async function wakeNextInLine(deps: AttemptDeps, dataflow: Dataflow): Promise<void> {
  for (;;) {
    const next = await nextInLine(deps.db, dataflow);
    const alive = await Promise.all(next.map((run) => wakeExecution(deps, run.workflowId)));
    const gone = next.filter((_, at) => !alive[at]);
    // They would stand before the others for ever.
    for (const run of gone) await end(deps, run, 'found when it was its turn');
    if (gone.length === 0) return;
  }
}

/**
 * A run whose workflow is gone can't end by itself any more. False when it has ended meanwhile. `also`: in the transaction that
 * ends it.
 */
export async function orphan(
  deps: AttemptDeps,
  run: Run,
  how: string,
  also?: (tx: Queryable, run: Run) => Promise<void>,
): Promise<boolean> {
  const ended = await end(deps, run, how, also);
  await wakeNextInLine(deps, await findDataflow(deps.db, { id: run.dataflowId }));
  return ended;
}

async function end(
  deps: AttemptDeps,
  { runId, workflowId }: Run,
  how: string,
  also?: (tx: Queryable, run: Run) => Promise<void>,
): Promise<boolean> {
  return deps.transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run || !isOpen(run.state)) return false;
    const message = `Its workflow ${workflowId} no longer works for it; ${how}.`;
    await endInTransaction(tx, run, endReport('orphaned', message));
    await also?.(tx, run);
    return true;
  });
}
