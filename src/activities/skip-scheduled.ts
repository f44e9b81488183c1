// A schedule's time that comes to nothing for a reason that is none of its faults is skipped, and told: a failed execution would
// be an alarm every time.

import { AlreadyActiveError, DataflowDisabledError } from '../domain/errors';
import { runId as asRunId } from '../domain/ids';
import type { Dataflow } from '../domain/model';
import type { OpenedRun, Skipped } from '../domain/protocol';
import { scheduleId } from '../domain/schedule';
import { slotOf } from '../domain/slot';
import type { StartRequest } from '../domain/start-request';
import { findRun } from '../store';
import { deleteSchedule } from './delete-schedules';
import { SlotChanged } from './claim';
import { forgotten, readClaim } from './claim-result';
import type { AttemptDeps, Execution } from './deps';
import { openedRun } from './opened-run';

/** Of a taken slot: the run that has it. @throws SlotChanged where that is gone by now; `error`, where it is another. */
export async function skipScheduled(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  opener: Execution,
  error: unknown,
): Promise<OpenedRun> {
  if (error instanceof AlreadyActiveError) {
    const owner = await findRun(deps.db, String(error.details['runId']));
    // A run that a trigger had opened for nothing.
    if (!owner) throw new SlotChanged();
    const claim = { ...forgotten(), state: owner.state, ...(await readClaim(deps.db, owner.runId)) };
    return { ...openedRun(dataflow, owner, claim, 'skipped'), skipped: skipped(error) };
  }
  if (!(error instanceof DataflowDisabledError)) throw error;
  // Its retirement deletes them; one that was created meanwhile it may not have seen.
  if (dataflow.status === 'retired') await deleteSchedule(deps.client(), firedBy(dataflow, request));
  const facts = {
    ...request,
    runId: asRunId(opener.runId),
    workflowId: opener.workflowId,
    slot: slotOf(dataflow, request.partitionKey),
    openedAt: new Date(),
    heartbeatTimeoutMs: null,
  };
  return { ...openedRun(dataflow, facts, forgotten(), 'skipped'), skipped: skipped(error) };
}

function firedBy({ key }: Dataflow, { scheduled }: StartRequest): string {
  const name = scheduled?.['name'];
  return scheduleId(key, typeof name === 'string' ? name : '');
}

const skipped = ({ code, message }: AlreadyActiveError | DataflowDisabledError): Skipped => ({ code, reason: message });
