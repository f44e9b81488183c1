// Opens a run: guards the slot, and claims in the same transaction if its rule is met (rules 2, 3, 4).

import { DataflowDisabledError, InvalidArgumentError } from '../domain/errors';
import { runId as asRunId } from '../domain/ids';
import type { RunId } from '../domain/ids';
import type { Dataflow } from '../domain/model';
import type { ClaimResult, OpenedRun } from '../domain/protocol';
import { checkSources, dependencyNotReady, startRule } from '../domain/rule';
import type { Explanation } from '../domain/rule';
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
  relationsOfSource,
  ruleSources,
} from '../store';
import { claimAll, inline, isIdle, retryLost, SlotChanged } from './claim';
import { claimSources } from './claim-sources';
import type { Deps, Execution } from './deps';
import { openedRun, resumeRun } from './opened-run';
import { evictGoneOwner } from './slot-owner';
import { slotsOf } from './target-slots';

/**
 * Opens the run of this execution, or goes on with it if an earlier attempt opened it.
 * @throws NotFoundError, DataflowDisabledError, InvalidArgumentError, DependencyNotReadyError, AlreadyActiveError; nothing
 *   is written then. RunAlreadyFinishedError when the run has ended.
 */
export async function openRun(deps: Deps, input: unknown, opener: Execution): Promise<OpenedRun> {
  const request = parseStartRequest(input);
  const dataflow = await findDataflow(deps.db, dataflowRef(request.dataflow));
  const runId = asRunId(request.continuedRunId ?? opener.runId);
  return retryLost(async () => {
    const known =
      (await findRun(deps.db, runId)) ??
      (request.requestId === null ? undefined : await findRunByRequest(deps.db, dataflow.id, request.requestId));
    return known ? resumeRun(deps, dataflow, known, runId) : openNew(deps, dataflow, request, runId, opener);
  });
}

async function openNew(
  deps: Deps,
  dataflow: Dataflow,
  request: StartRequest,
  runId: RunId,
  opener: Execution,
): Promise<OpenedRun> {
  const slot = slotOf(dataflow, request);
  // Refused now rather than at its end, when the work is done.
  if (request.partitionKey !== null) {
    const relations = await relationsOfSource(deps.db, dataflow.id);
    for (const relation of relations) slotsOf(relation, request.partitionKey, 'partitionKey');
  }
  const result = await tryOpen(deps, dataflow, request, slot, runId, opener);
  if (result === 'clash' || 'refused' in result) {
    // A taken slot is the better answer, even where the rule isn't met either: its owner claimed what is missing.
    const owner = await findOpenRun(deps.db, dataflow.id, slot);
    if (owner) await evictGoneOwner(deps, owner, opener);
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
  deps: Deps,
  dataflow: Dataflow,
  request: StartRequest,
  slot: string,
  runId: RunId,
  opener: Execution,
): Promise<ClaimResult | { refused: Explanation } | 'clash'> {
  const rule = startRule(request.dependencyCheck ?? dataflow.trigger.when, request.specificSources ?? []);
  try {
    return await deps.db.transaction(async (tx) => {
      if (request.dependencyCheck !== null && rule.rule) {
        checkSources(rule.rule, await ruleSources(tx, dataflow.id), 'dependencyCheck');
      }
      const { satisfied, claim, explanation } = await decide(tx, dataflow.id, slot, rule);
      if (!satisfied && request.wait !== true) return { refused: explanation };
      if (satisfied && request.triggered && isIdle(explanation, claim)) {
        return { state: 'forgotten', explanation, sources: [], sourceCount: 0 };
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
      return { state, explanation, ...inline(claim) };
    });
  } catch (error) {
    if (isDuplicate(error)) return 'clash';
    throw error;
  }
}

function slotOf(dataflow: Dataflow, request: StartRequest): string {
  if (dataflow.status !== 'enabled') {
    throw new DataflowDisabledError(`${dataflow.key} is ${dataflow.status}: it can't be started. Enable it first.`, {
      dataflow: dataflow.key,
      status: dataflow.status,
    });
  }
  if (!dataflow.partitioned) return '';
  if (request.partitionKey !== null) return request.partitionKey;
  throw new InvalidArgumentError(
    `${dataflow.key} runs per partition: say which with partitionKey, for example import_date=2019-01-01.`,
    { field: 'partitionKey' },
  );
}
