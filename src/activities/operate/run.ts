// What an operator does to a run: clear it (it is cancelled, and its sources go back to the queue), accept the end that came after
// its lease, or let it go before others.

import { InvalidArgumentError, RunNotFoundError } from '../../domain/errors';
import { parseFinish } from '../../domain/finish-request';
import { LEASE_EXPIRED } from '../../domain/messages';
import type { Run } from '../../domain/model';
import { consumedSince } from '../../domain/rerun';
import { runEnded } from '../../domain/run-ended';
import { isOpen } from '../../domain/run-state';
import {
  consumerOfRequeued,
  findRun,
  insertEvent,
  latestRerun,
  lockRun,
  requeueSources,
  setPriority,
  setReleaseCause,
  skipRequeued,
} from '../../store';
import type { Queryable } from '../../store';
import { cancelExecution } from '../../temporal/cancel-execution';
import type { AttemptDeps } from '../deps';
import { acceptEnd } from '../end-run';
import { checkPartitions } from '../finish-run';
import { orphan } from '../wake-line';
import type { Doer, Done } from './done';

export async function clearRun(tx: Queryable, runId: string, { by, reason }: Doer): Promise<Done> {
  const run = await lock(tx, runId);
  const done = { subject: runId, wakeDataflows: [run.dataflowId] };
  if (isOpen(run.state)) {
    await setReleaseCause(tx, run.runId, 'clear');
    await insertEvent(tx, run.runId, run.dataflowId, 'clear', { by, reason });
    return { ...done, result: { changed: true, state: run.state } };
  }
  if (run.state !== 'orphaned') throw runEnded(run);
  const consumer = (await consumerOfRequeued(tx, run.runId)) ?? (await latestRerun(tx, run.runId))?.runId;
  if (consumer !== undefined) throw consumedSince(run, consumer);
  const requeued = await requeueSources(tx, run.runId, 'clear');
  await insertEvent(tx, run.runId, run.dataflowId, 'clear', { by, reason, requeued });
  return { ...done, result: { changed: requeued > 0, state: run.state, requeued } };
}

/** Ends the execution of a run that was cleared: it gives its sources back when it ends. One that is gone is ended here. */
export async function stopCleared(deps: AttemptDeps, runId: string): Promise<void> {
  const run = await findRun(deps.db, runId);
  if (!run || !isOpen(run.state)) return;
  const running = await cancelExecution(deps.client(), run);
  if (running === undefined) await orphan(deps, run, 'found when it was cleared');
}

export async function acceptRun(tx: Queryable, runId: string, finish: unknown, doer: Doer): Promise<Done> {
  const run = await lock(tx, runId);
  const report = parseFinish({ ...(finish as object), runId });
  if (isOpen(run.state)) throw refused(run, `is open (${run.state}): finish it, there is nothing to accept`);
  if (run.state !== 'error' || run.errorCode !== LEASE_EXPIRED) {
    throw refused(run, `ended ${run.state}, not because its lease expired: there is no late end to accept`);
  }
  const rerun = await latestRerun(tx, run.runId);
  if (rerun && rerun.state !== 'error') throw refused(run, `was retried, as run ${rerun.runId} (${rerun.state})`);
  const consumer = await consumerOfRequeued(tx, run.runId);
  if (consumer !== undefined && consumer !== rerun?.runId) throw consumedSince(run, consumer);
  checkPartitions(run, report);
  // What it gave back is consumed after all.
  await skipRequeued(tx, run.runId, doer.operationId);
  await acceptEnd(tx, run, report, { by: doer.by, reason: doer.reason });
  return { subject: runId, result: { changed: true, state: report.status }, wakeTargetsOf: [run.runId] };
}

export async function prioritizeRun(tx: Queryable, runId: string, priority: number, doer: Doer): Promise<Done> {
  const run = await lock(tx, runId);
  if (run.state !== 'waiting') throw refused(run, `is ${run.state}: only a waiting run can go before others`);
  await setPriority(tx, run.runId, priority);
  await insertEvent(tx, run.runId, run.dataflowId, 'prioritize', { priority, by: doer.by, reason: doer.reason });
  return { subject: runId, result: { changed: run.priority !== priority, priority }, wakeDataflows: [run.dataflowId] };
}

async function lock(tx: Queryable, runId: string): Promise<Run> {
  const run = await lockRun(tx, runId);
  if (run) return run;
  throw new RunNotFoundError(`There is no run ${runId}. Check the runId.`, { runId });
}

const refused = (run: Run, what: string): InvalidArgumentError =>
  new InvalidArgumentError(`Run ${run.runId} of ${run.dataflow} ${what}.`, {
    field: 'runId',
    runId: run.runId,
    state: run.state,
  });
