// What an operator does to a run: cancel it, clear it (its sources go back to the queue besides), or let it go before others.

import { InvalidArgumentError, RunNotFoundError, UnavailableError } from '../../domain/errors';
import type { Run } from '../../domain/model';
import { consumedSince } from '../../domain/rerun';
import { runEnded } from '../../domain/run-ended';
import { isOpen } from '../../domain/run-state';
import {
  findRun,
  insertEvent,
  latestRerun,
  lockRun,
  lockSources,
  requeueSources,
  setPriority,
  setReleaseCause,
} from '../../store';
import type { Queryable } from '../../store';
import { cancelExecution } from '../../temporal/cancel-execution';
import type { AttemptDeps } from '../deps';
import { checkSourcesFree } from '../taken-over';
import { orphan } from '../wake-line';
import type { Doer, Done } from './done';

export async function clearRun(tx: Queryable, runId: string, { by, reason }: Doer): Promise<Done> {
  const run = await lockedRun(tx, runId);
  const done = { subject: runId, wakeDataflows: [run.dataflowId] };
  if (isOpen(run.state)) {
    await setReleaseCause(tx, run.runId, 'clear');
    await insertEvent(tx, run.runId, run.dataflowId, 'clear', { by, reason });
    return { ...done, result: { changed: true, state: run.state } };
  }
  if (run.state !== 'orphaned') throw runEnded(run);
  // Who is just claiming what it gave back is waited for: two runs would consume it.
  await lockSources(tx, run.runId);
  await checkSourcesFree(tx, run);
  const rerun = await latestRerun(tx, run.runId);
  if (rerun) throw consumedSince(run, rerun.runId);
  const requeued = await requeueSources(tx, run.runId, 'clear');
  await insertEvent(tx, run.runId, run.dataflowId, 'clear', { by, reason, requeued });
  return { ...done, result: { changed: requeued > 0, state: run.state, requeued } };
}

/** What it consumed is kept or given back as it is of any run that fails. */
export async function cancelRun(tx: Queryable, runId: string, { by, reason }: Doer): Promise<Done> {
  const { state, dataflowId, runId: id } = await lockedRun(tx, runId);
  if (isOpen(state)) await insertEvent(tx, id, dataflowId, 'cancel', { by, reason });
  return { subject: runId, result: { changed: isOpen(state), state }, wakeDataflows: [dataflowId] };
}

/** Ends the execution of a run that was cleared or cancelled, which ends the run. One that is gone can't: it is done here. */
export async function stopRun(deps: AttemptDeps, runId: string): Promise<void> {
  const run = await findRun(deps.db, runId);
  if (!run || !isOpen(run.state)) return;
  const cancelled = await cancelExecution(deps.client(), run);
  if (cancelled === 'gone') await orphan(deps, run, 'found when it was to be cancelled');
  if (cancelled === 'opening')
    throw new UnavailableError(
      `The workflow ${run.workflowId} doesn't say which run it works for: it is just opening it, or has no worker. Try again.`,
    );
}

export async function prioritizeRun(tx: Queryable, runId: string, priority: number, doer: Doer): Promise<Done> {
  const run = await lockedRun(tx, runId);
  if (run.state !== 'waiting') throw refusedRun(run, `is ${run.state}: only a waiting run can go before others`);
  await setPriority(tx, run.runId, priority);
  await insertEvent(tx, run.runId, run.dataflowId, 'prioritize', { priority, by: doer.by, reason: doer.reason });
  return { subject: runId, result: { changed: run.priority !== priority, priority }, wakeDataflows: [run.dataflowId] };
}

export async function lockedRun(tx: Queryable, runId: string): Promise<Run> {
  const run = await lockRun(tx, runId);
  if (run) return run;
  throw new RunNotFoundError(`There is no run ${runId}. Check the runId.`, { runId });
}

export const refusedRun = (run: Run, what: string): InvalidArgumentError =>
  new InvalidArgumentError(`Run ${run.runId} of ${run.dataflow} ${what}.`, {
    field: 'runId',
    runId: run.runId,
    state: run.state,
  });
