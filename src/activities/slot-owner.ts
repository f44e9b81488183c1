// Rule 4: on a clash, look at the owner. A run whose workflow is gone is orphaned; else the slot is taken.

import { AlreadyActiveError } from '../domain/errors';
import type { Run } from '../domain/model';
import { slotTitle } from '../domain/slot';
import { runningExecution } from '../temporal/running-execution';
import type { AttemptDeps, Execution } from './deps';
import { orphan } from './wake-line';

/**
 * Frees the slot if its owner can't end by itself any more.
 * @throws AlreadyActiveError when the owner is alive.
 */
export async function evictGoneOwner(deps: AttemptDeps, owner: Run, opener: Execution): Promise<void> {
  if (await isAlive(deps, owner, opener)) throw alreadyActive(owner);
  await orphan(deps, owner, `found by the start of run ${opener.runId}`);
}

export function alreadyActive(
  owner: Pick<Run, 'dataflow' | 'slot' | 'runId' | 'workflowId' | 'state' | 'waitingFor'>,
): AlreadyActiveError {
  const { runId, workflowId, state, waitingFor } = owner;
  return new AlreadyActiveError(
    `${slotTitle(owner.dataflow, owner.slot)} has an open run: ${runId} (${state}). Finish or cancel that run first.`,
    { runId, workflowId, state, ...(waitingFor !== null && { waitingFor }) },
  );
}

// The opener holds its own workflow ID, so an owner of the same ID is an earlier execution; unless the opener itself is
// the one that is gone, and this a late attempt of its activity.
async function isAlive(deps: AttemptDeps, owner: Run, opener: Execution): Promise<boolean> {
  const running = await runningExecution(deps.client(), owner.workflowId);
  return running !== undefined && !(owner.workflowId === opener.workflowId && running === opener.runId);
}
