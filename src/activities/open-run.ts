// Opens a run: guards the slot, and claims in the same transaction if its rule is met (rules 2, 3, 4).

import { InvalidArgumentError } from '../domain/errors';
import { runId as asRunId } from '../domain/ids';
import type { RunId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import type { ClaimResult, OpenedRun } from '../domain/protocol';
import { abridge, dependencyNotReady, startRule } from '../domain/rule';
import type { Explanation } from '../domain/rule';
import { slotOf } from '../domain/slot';
import { dataflowRef, parseStartRequest } from '../domain/start-request';
import type { StartRequest } from '../domain/start-request';
import {
  decide,
  findDataflow,
  findOpenRun,
  findRun,
  findRunByRequest,
  insertEvent,
  insertRun,
  isDuplicate,
} from '../store';
import { claimAll, inline, isIdle, retryLost, SlotChanged } from './claim';
import { checkPartition, checkSourcesNamed, slotToOpen } from './check-start';
import { claimSources } from './claim-sources';
import type { AttemptDeps, Execution } from './deps';
import { forgottenRun, openedRun, repeatStart, resumeRun } from './opened-run';
import { evictGoneOwner } from './slot-owner';

/**
 * Opens the run of this execution, or goes on with it if an earlier attempt opened it.
 * @throws NotFoundError, DataflowDisabledError, InvalidArgumentError, DependencyNotReadyError, AlreadyActiveError; nothing
 *   is written then. RunAlreadyFinishedError when the run has ended.
 */
export async function openRun(deps: AttemptDeps, input: unknown, opener: Execution): Promise<OpenedRun> {
  const request = parseStartRequest(input);
  const dataflow = await findDataflow(deps.db, dataflowRef(request.dataflow));
  const runId = asRunId(request.continuedRunId ?? opener.runId);
  return retryLost(async () => {
    const mine = await findRun(deps.db, runId);
    if (mine) return resumeRun(deps, dataflow, mine);
    const same = await findSame(deps, dataflow, request);
    if (same) return repeatStart(deps, dataflow, same, opener);
    const facts = {
      runId,
      workflowId: opener.workflowId,
      openedAt: new Date(),
      ...request,
      slot: slotOf(dataflow, request.partitionKey),
    };
    // Whatever woke it was for a run that somebody had started, and that has ended.
    if (request.triggered && dataflow.trigger.mode !== 'auto') return forgottenRun(dataflow, facts);
    return openNew(deps, dataflow, request, runId, opener);
  });
}

/** The run that an earlier start with the same requestId opened. */
async function findSame(deps: AttemptDeps, dataflow: Dataflow, request: StartRequest): Promise<Run | undefined> {
  if (request.requestId === null) return undefined;
  const same = await findRunByRequest(deps.db, dataflow.id, request.requestId);
  if (!same || same.slot === slotOf(dataflow, request.partitionKey)) return same;
  throw new InvalidArgumentError(
    `The requestId ${request.requestId} started partition ${same.slot} of ${dataflow.key} already, as run ${same.runId}. Give every start its own.`,
    { field: 'requestId', runId: same.runId },
  );
}

async function openNew(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  runId: RunId,
  opener: Execution,
): Promise<OpenedRun> {
  const slot = slotToOpen(dataflow, request);
  await checkPartition(deps.db, dataflow, request);
  const result = await tryOpen(deps, dataflow, request, slot, runId, opener);
  if (result === 'clash' || 'refused' in result) {
    // A taken slot is the better answer, even where the rule isn't met either: its owner claimed what is missing.
    const owner = await findOpenRun(deps.db, dataflow.id, slot);
    // Our own run, of an attempt that was given up and committed all the same: the next try finds and resumes it.
    if (owner && owner.runId !== runId) await evictGoneOwner(deps, owner, opener);
    if (result !== 'clash' && !owner) throw dependencyNotReady(dataflow.key, result.refused);
    throw new SlotChanged();
  }
  // Rule 2: the waiting row is committed; what came in before that is seen by a look in a new transaction.
  const claim = result.state === 'waiting' ? await claimSources(deps, runId) : result;
  const run = { runId, workflowId: opener.workflowId, partitionKey: request.partitionKey, openedAt: new Date() };
  return openedRun(
    dataflow,
    { ...run, slot, config: request.config },
    claim,
    claim.state === 'forgotten' ? 'forgotten' : 'opened',
  );
}

/** One transaction: the rule, the slot, the claim. */
async function tryOpen(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  slot: string,
  runId: RunId,
  opener: Execution,
): Promise<ClaimResult | { refused: Explanation } | 'clash'> {
  const rule = startRule(request.dependencyCheck ?? dataflow.trigger.when, request.specificSources ?? []);
  try {
    return await deps.transaction(async (tx) => {
      await checkSourcesNamed(tx, dataflow, request, rule);
      const { satisfied, claim, explanation } = await decide(tx, dataflow.id, slot, rule);
      if (!satisfied && request.wait !== true) return { refused: explanation };
      // No row, so no look after it either: what comes now finds the slot free, and its wake-up starts or reaches us.
      if (request.triggered && isIdle(explanation, claim)) {
        return { state: 'forgotten', explanation: abridge(explanation), sources: [], sourceCount: 0 };
      }
      const state = satisfied ? 'started' : 'waiting';
      await insertRun(tx, {
        ...request,
        runId,
        dataflowId: dataflow.id,
        workflowId: opener.workflowId,
        state,
        slot,
        rule,
        triggered: request.triggered ?? false,
      });
      await claimAll(tx, runId, claim);
      await insertEvent(tx, runId, dataflow.id, state, { sourceCount: claim.length });
      return { state, explanation: abridge(explanation), ...inline(claim) };
    });
  } catch (error) {
    if (isDuplicate(error)) return 'clash';
    throw error;
  }
}
