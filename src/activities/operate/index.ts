// Operations of people, each in one transaction with the row that tells who did it and why (`operation`). Idempotent by the
// operation's id (rule 3): a repetition returns what the first one did, and another operation under its id is refused.

import type { Operation, OperationDone, OperationRequest } from '../../domain/operation';
import { checkSameRequest } from '../../domain/request-id';
import { findOperation, insertOperation } from '../../store';
import type { Queryable } from '../../store';
import type { AttemptDeps, Execution } from '../deps';
import { acceptRun } from './accept';
import { cancelBackfill, stopBackfill } from './backfill';
import type { Doer, Done } from './done';
import { pause, resume } from './pause';
import { cancelRun, clearRun, prioritizeRun, stopRun } from './run';
import { resumeRelation, suspendRelation, terminateRelation } from './relation';
import { setStatus } from './status';
import { wakeAfterChange } from './wake';
import { releaseWithheld } from './withheld';

/** @throws NotFoundError, RunNotFoundError, InvalidArgumentError and the others of each operation; nothing is written then. */
export async function operate(
  deps: AttemptDeps,
  { operation, by, reason }: OperationRequest,
  execution: Execution,
  progress: () => void,
): Promise<OperationDone> {
  const doer: Doer = { operationId: execution.workflowId.replace(/^dlc-operation:/, '').slice(0, 64), by, reason };
  const done = await deps.transaction(async (tx): Promise<OperationDone> => {
    const before = await findOperation(tx, doer.operationId);
    if (before) {
      checkSameRequest(doer.operationId, before, { kind: operation.kind, request: operation });
      return before.done;
    }
    const { subject, ...rest } = await perform(tx, operation, doer, progress);
    const whole = { wakeDataflows: [], wakeTargetsOf: [], ...rest };
    await insertOperation(tx, { ...doer, kind: operation.kind, subject, request: operation }, whole);
    return whole;
  });
  if (operation.kind === 'clearRun' || operation.kind === 'cancelRun') await stopRun(deps, operation.runId);
  if (operation.kind === 'cancelBackfill') await stopBackfill(deps, operation.backfillId);
  return done;
}

async function perform(tx: Queryable, operation: Operation, doer: Doer, progress: () => void): Promise<Done> {
  switch (operation.kind) {
    case 'suspendRelation':
      return suspendRelation(tx, operation.relationId, operation.backlog, doer);
    case 'resumeRelation':
      return resumeRelation(tx, operation.relationId, operation.backlog, doer);
    case 'terminateRelation':
      return terminateRelation(tx, operation.relationId, doer);
    case 'pauseDataflow':
      return pause(tx, { dataflowId: operation.dataflowId }, doer);
    case 'pauseZone':
      return pause(tx, { zone: operation.zone }, doer);
    case 'resumeDataflow':
      return resume(tx, { dataflowId: operation.dataflowId }, operation.backlog, doer);
    case 'resumeZone':
      return resume(tx, { zone: operation.zone }, operation.backlog, doer);
    case 'disableDataflow':
      return setStatus(tx, operation.dataflowId, 'disabled', doer);
    case 'enableDataflow':
      return setStatus(tx, operation.dataflowId, 'enabled', doer);
    case 'retireDataflow':
      return setStatus(tx, operation.dataflowId, 'retired', doer);
    case 'clearRun':
      return clearRun(tx, operation.runId, doer);
    case 'cancelRun':
      return cancelRun(tx, operation.runId, doer);
    case 'cancelBackfill':
      return cancelBackfill(tx, operation.backfillId);
    case 'acceptRun':
      return acceptRun(tx, operation.runId, operation.finish, doer);
    case 'prioritizeRun':
      return prioritizeRun(tx, operation.runId, operation.priority, doer);
    case 'releaseWithheld':
      return releaseWithheld(tx, operation.holder, progress);
    case 'wakeDataflows':
      return wakeAfterChange(tx, operation.dataflowIds);
  }
}
