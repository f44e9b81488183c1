// What an opening returns, for a new run and for one that is there already.

import type { RunId } from '../domain/ids';
import type { JsonObject } from '../domain/json';
import type { Dataflow, Run } from '../domain/model';
import type { ClaimResult, OpenedRun } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { claimSources, readClaim } from './claim-sources';
import type { Deps } from './deps';

interface RunFacts {
  readonly runId: RunId;
  readonly workflowId: string;
  readonly partitionKey: string | null;
  readonly slot: string;
  readonly config: JsonObject | null;
  readonly openedAt: Date;
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
    sources: claim.sources,
    sourceCount: claim.sourceCount,
    openedAt: run.openedAt.toISOString(),
    explanation: claim.explanation,
    job: dataflow.job,
    config: run.config ?? dataflow.config,
    triggerMode: dataflow.trigger.mode,
    workflowType: dataflow.workflowType,
    slot: run.slot,
  };
}

/**
 * Goes on with a run that an earlier attempt opened (rule 3), or answers with the one that the same requestId opened.
 * @throws RunAlreadyFinishedError when this execution's run has ended.
 */
export async function resumeRun(deps: Deps, dataflow: Dataflow, run: Run, mine: RunId): Promise<OpenedRun> {
  if (run.runId !== mine) {
    return openedRun(
      dataflow,
      run,
      { state: run.state, explanation: null, ...(await readClaim(deps.db, run.runId)) },
      'duplicate',
    );
  }
  if (!isOpen(run.state) || run.dataflowId !== dataflow.id) throw runEnded(run);
  const claim = await claimSources(deps, run.runId);
  return openedRun(dataflow, run, claim, claim.state === 'forgotten' ? 'forgotten' : 'opened');
}
