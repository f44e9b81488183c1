// What an opening returns, for a new run and for one that is there already.

import { RunAlreadyFinishedError } from '../domain/errors';
import type { RunId } from '../domain/ids';
import type { JsonObject } from '../domain/json';
import type { Dataflow, Run } from '../domain/model';
import type { ClaimResult, OpenedRun } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import type { Patience } from '../domain/start-request';
import { findRun } from '../store';
import { afterEnd } from './after-end';
import { forgotten, readClaim } from './claim-result';
import { claimSources } from './claim-sources';
import type { AttemptDeps, Execution } from './deps';

export interface RunFacts {
  readonly runId: RunId;
  readonly workflowId: string;
  readonly partitionKey: string | null;
  readonly slot: string;
  readonly config: JsonObject | null;
  readonly openedAt: Date;
  readonly heartbeatTimeoutMs: number | null;
}

type Claim = Omit<ClaimResult, 'state'> & { readonly state: ClaimResult['state'] | Run['state'] };

export function openedRun(dataflow: Dataflow, run: RunFacts, claim: Claim, outcome: OpenedRun['outcome']): OpenedRun {
  return {
    outcome,
    runId: run.runId,
    dataflowId: dataflow.id,
    dataflow: dataflow.key,
    workflowId: run.workflowId,
    partitionKey: run.partitionKey,
    // A forgotten request was waiting until it was forgotten.
    state: claim.state === 'forgotten' ? 'waiting' : claim.state,
    waitingFor: claim.waitingFor,
    lookInMs: claim.lookInMs,
    ended: claim.ended,
    sources: claim.sources,
    sourceCount: claim.sourceCount,
    openedAt: run.openedAt.toISOString(),
    explanation: claim.explanation,
    job: dataflow.job,
    config: run.config ?? dataflow.config,
    triggerMode: dataflow.trigger.mode,
    workflowType: dataflow.workflowType,
    slot: run.slot,
    taskQueue: dataflow.taskQueue,
    heartbeatTimeoutMs: run.heartbeatTimeoutMs,
  };
}

/**
 * Goes on with this execution's run, which an earlier attempt opened (rule 3). It may have ended since: a finish that came
 * along with the start was committed, and then lost with the workflow task of both. What comes after the end is still to do.
 */
export async function resumeRun(
  deps: AttemptDeps,
  dataflow: Dataflow,
  run: Run,
  opener: Execution,
  patience: Patience,
): Promise<OpenedRun> {
  if (run.dataflowId !== dataflow.id) throw runEnded(run);
  if (!isOpen(run.state)) return endedRun(deps, dataflow, run, opener);
  try {
    const claim = await claimSources(deps, run.runId, opener, patience);
    return openedRun(dataflow, run, claim, claim.state === 'forgotten' ? 'forgotten' : 'opened');
  } catch (error) {
    // It has ended since it was read.
    const now = error instanceof RunAlreadyFinishedError ? await findRun(deps.db, run.runId) : undefined;
    if (!now || isOpen(now.state)) throw error;
    return endedRun(deps, dataflow, now, opener);
  }
}

async function endedRun(deps: AttemptDeps, dataflow: Dataflow, run: Run, opener: Execution): Promise<OpenedRun> {
  return { ...openedRun(dataflow, run, await claimOf(deps, run), 'opened'), ended: await afterEnd(deps, run, opener) };
}

/**
 * A start whose requestId opened a run before. One that is open under the opener's own workflow ID has lost its execution
 * (it was reset, or terminated and asked for again): this one goes on as that run, with what it claimed. Any other is the
 * answer, whatever has become of it.
 */
export async function repeatStart(
  deps: AttemptDeps,
  dataflow: Dataflow,
  run: Run,
  opener: Execution,
  patience: Patience,
): Promise<OpenedRun> {
  if (isOpen(run.state) && run.workflowId === opener.workflowId)
    return resumeRun(deps, dataflow, run, opener, patience);
  return openedRun(dataflow, run, await claimOf(deps, run), 'duplicate');
}

/** As it stands, without another look at its rule. */
const claimOf = async ({ db }: AttemptDeps, { runId, state }: Run): Promise<Claim> => ({
  ...forgotten(),
  state,
  ...(await readClaim(db, runId)),
});

/** A trigger's request with nothing to do. */
export function forgottenRun(dataflow: Dataflow, run: RunFacts): OpenedRun {
  return openedRun(dataflow, run, forgotten(), 'forgotten');
}
