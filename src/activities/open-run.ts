// Opens a run: guards the slot, and claims in the same transaction if it may start (rules 2, 3, 4).

import { AlreadyActiveError } from '../domain/errors';
import { runId as asRunId } from '../domain/ids';
import type { RunId } from '../domain/ids';
import { leaseMs } from '../domain/lease';
import type { Dataflow, Run } from '../domain/model';
import type { ClaimResult, OpenedRun } from '../domain/protocol';
import { givesWay } from '../domain/rerun';
import { startRule } from '../domain/rule';
import { checkSameStart } from '../domain/same-start';
import { slotOf, slotWorkflowId } from '../domain/slot';
import { mergePolicy } from '../domain/start';
import { dataflowRef, parseStartRequest, waitsFor } from '../domain/start-request';
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
import type { NewRun } from '../store';
import { claimAll, isIdle, retryLost, SlotChanged } from './claim';
import { decided, forgotten } from './claim-result';
import { checkFedSlot, checkPartition } from '../health/blocked';
import { checkSourcesNamed, slotToOpen } from './check-start';
import { claimSources, startedDetail } from './claim-sources';
import type { AttemptDeps, Execution } from './deps';
import { forgottenRun, openedRun, repeatStart, resumeRun } from './opened-run';
import { refusal } from './refusal';
import type { Refused } from './refusal';
import { openRerun } from './rerun';
import { skipScheduled } from './skip-scheduled';
import { evictGoneOwner } from './slot-owner';
import { wakeExecution } from './wake-targets';

/**
 * Opens the run of this execution, or goes on with it if an earlier attempt opened it.
 * @throws NotFoundError, DataflowDisabledError, InvalidArgumentError, DependencyNotReadyError, AlreadyActiveError; nothing
 *   is written then. RunAlreadyFinishedError when the run has ended.
 */
export async function openRun(deps: AttemptDeps, input: unknown, opener: Execution): Promise<OpenedRun> {
  const request = parseStartRequest(input);
  const dataflow = await findDataflow(deps.db, dataflowRef(request.dataflow));
  if (request.rerunOf !== null) return openAgain(deps, dataflow, request, opener);
  if (request.scheduled === null) return open(deps, dataflow, request, opener);
  return retryLost(() =>
    open(deps, dataflow, request, opener).catch((error: unknown) =>
      skipScheduled(deps, dataflow, request, opener, error),
    ),
  );
}

async function open(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  opener: Execution,
): Promise<OpenedRun> {
  const runId = asRunId(request.continuedRunId ?? opener.runId);
  return retryLost(async () => {
    const mine = await findRun(deps.db, runId);
    if (mine) return resumeRun(deps, { ...dataflow, job: request.continuedJob ?? dataflow.job }, mine, opener, request);
    const same = await findSame(deps, dataflow, request);
    if (same) return repeatStart(deps, dataflow, same, opener, request);
    const facts = {
      runId,
      workflowId: opener.workflowId,
      openedAt: new Date(),
      ...request,
      slot: slotOf(dataflow, request.partitionKey),
      heartbeatTimeoutMs: null,
    };
    // Whatever woke it was for a run that somebody had started, and that has ended.
    if (request.triggered && dataflow.trigger.mode !== 'auto') return forgottenRun(dataflow, facts);
    return openNew(deps, dataflow, request, runId, opener).catch((error: unknown) => {
      // Rule 2: whoever has the slot looks at its queue, by a wake-up while it waits, or else when it ends.
      if (request.triggered && error instanceof AlreadyActiveError) return forgottenRun(dataflow, facts);
      throw error;
    });
  });
}

/** A rerun; the workflow of a run that gave way to it finds itself gone, and ends. */
async function openAgain(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  opener: Execution,
): Promise<OpenedRun> {
  const opened = await open(deps, dataflow, request, opener);
  const workflowId = slotWorkflowId(dataflow.key, opened.slot);
  if (workflowId !== opener.workflowId) await wakeExecution(deps, workflowId);
  return opened;
}

/** The run that an earlier start with the same requestId opened. @throws InvalidArgumentError when that was for something else. */
async function findSame(deps: AttemptDeps, dataflow: Dataflow, request: StartRequest): Promise<Run | undefined> {
  if (request.requestId === null) return undefined;
  const same = await findRunByRequest(deps.db, dataflow.id, request.requestId);
  if (same) checkSameStart(same, { ...request, slot: slotOf(dataflow, request.partitionKey) }, request.requestId);
  return same;
}

async function openNew(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  runId: RunId,
  opener: Execution,
): Promise<OpenedRun> {
  const slot = slotToOpen(dataflow, request);
  await checkPartition(deps.db, dataflow, request.partitionKey);
  const run = newRun(dataflow, request, slot, runId, opener);
  const result = await tryOpen(deps, dataflow, request, run);
  if (result === 'clash' || 'refused' in result) {
    // A taken slot is the better answer, even where the rule isn't met either: its owner claimed what is missing.
    const owner = await findOpenRun(deps.db, dataflow.id, slot);
    const isInTheWay = owner !== undefined && !(run.rerunOf !== null && givesWay(owner));
    // Our own run, of an attempt that was given up and committed all the same: the next try finds and resumes it.
    if (isInTheWay && owner.runId !== runId) await evictGoneOwner(deps, owner, opener);
    if (result !== 'clash' && !isInTheWay) throw refusal(dataflow, result.refused, request);
    throw new SlotChanged();
  }
  // Rule 2: the waiting row is committed; what came in before that is seen by a look in a new transaction.
  const claim = result.state === 'waiting' ? await claimSources(deps, runId, opener, request) : result;
  return openedRun(dataflow, { ...run, openedAt: new Date() }, claim, outcomeOf(claim));
}

const outcomeOf = ({ state }: ClaimResult): 'forgotten' | 'opened' => (state === 'forgotten' ? 'forgotten' : 'opened');

function newRun(
  dataflow: Dataflow,
  request: StartRequest,
  slot: string,
  runId: RunId,
  { workflowId, workflowType }: Execution,
): Omit<NewRun, 'state' | 'waitingFor'> {
  const { trigger } = dataflow;
  return {
    ...request,
    runId,
    dataflowId: dataflow.id,
    workflowId,
    slot,
    rule: startRule(request.dependencyCheck ?? trigger.when, request.specificSources ?? []),
    policy: mergePolicy(trigger, {
      maxSources: request.maxSources,
      deadline: request.deadline,
      startBy: request.startBy,
    }),
    priority: request.priority ?? 0,
    triggered: request.triggered ?? false,
    rerunOf: request.rerunOf === null ? null : asRunId(request.rerunOf),
    heartbeatTimeoutMs: leaseMs(dataflow, workflowType, request.heartbeatTimeout),
  };
}

/** One transaction: the decision, the slot, the claim. */
async function tryOpen(
  deps: AttemptDeps,
  dataflow: Dataflow,
  request: StartRequest,
  run: Omit<NewRun, 'state' | 'waitingFor'>,
): Promise<ClaimResult | { refused: Refused } | 'clash'> {
  try {
    return await deps.transaction(async (tx) => {
      if (run.rerunOf !== null) return openRerun(tx, dataflow, request, { ...run, rerunOf: run.rerunOf });
      await checkSourcesNamed(tx, dataflow, request, run.rule);
      const decision = await decide(
        tx,
        dataflow,
        { ...run, runId: null, inLineSince: null, openedAt: null, lateAt: null },
        'lock',
      );
      if (decision.kind === 'end') throw new Error(`${dataflow.key} is ${dataflow.status}.`);
      if (!run.triggered && !decision.explanation.satisfied) {
        await checkFedSlot(tx, dataflow, { ...run, deadline: run.policy.deadline });
      }
      if (decision.kind === 'wait' && !waitsFor(request, decision.reason)) return { refused: decision };
      // No row, so no look after it either: what comes now finds the slot free, and its wake-up starts or reaches us.
      if (run.triggered && isIdle(decision)) {
        // What was ready may be our own run's by now, of an attempt that was given up and committed all the same.
        if (await findRun(tx, run.runId)) throw new SlotChanged();
        return forgotten(decision.explanation);
      }
      if (decision.kind === 'wait') {
        await insertRun(tx, { ...run, state: 'waiting', waitingFor: decision.reason.for });
        await insertEvent(tx, run.runId, dataflow.id, 'waiting', asked(request));
        return decided(decision);
      }
      await insertRun(tx, { ...run, state: 'started', waitingFor: null });
      await claimAll(tx, run.runId, decision.claim);
      await insertEvent(tx, run.runId, dataflow.id, 'started', { ...startedDetail(decision), ...asked(request) });
      return decided(decision, decision.claim);
    });
  } catch (error) {
    if (isDuplicate(error)) return 'clash';
    throw error;
  }
}

/** Who asked for it, and why, where they said so. */
function asked({ by, reason }: StartRequest): Record<string, string> {
  return { ...(by !== null && { by }), ...(reason !== null && { reason }) };
}
