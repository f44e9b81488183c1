// Accepts the end of an external run that came after its lease had expired: the work was done all the same.

import { parseFinish } from '../../domain/finish-request';
import { LEASE_EXPIRED } from '../../domain/messages';
import { isOpen } from '../../domain/run-state';
import { skipRequeued } from '../../store';
import type { Queryable } from '../../store';
import { acceptEnd } from '../end-run';
import { checkPartitions } from '../finish-run';
import { checkNotTakenOver } from '../taken-over';
import type { Doer, Done } from './done';
import { lockedRun, refusedRun } from './run';

/** @throws RunNotFoundError, InvalidArgumentError: also when another run has taken over from it, and hasn't failed too. */
export async function acceptRun(tx: Queryable, runId: string, finish: unknown, doer: Doer): Promise<Done> {
  const run = await lockedRun(tx, runId);
  const report = parseFinish({ ...(finish as object), runId });
  if (isOpen(run.state)) throw refusedRun(run, `is open (${run.state}): finish it, there is nothing to accept`);
  if (run.state !== 'error' || run.errorCode !== LEASE_EXPIRED) {
    throw refusedRun(run, `ended ${run.state}, not because its lease expired: there is no late end to accept`);
  }
  await checkNotTakenOver(tx, run);
  await checkPartitions(tx, run, report);
  // What it gave back is consumed after all.
  if (report.status === 'success') await skipRequeued(tx, run.runId, doer.operationId);
  await acceptEnd(tx, run, report, { by: doer.by, reason: doer.reason });
  return { subject: runId, result: { changed: true, state: report.status }, wakeTargetsOf: [run.runId] };
}
