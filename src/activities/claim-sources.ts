// A waiting run looks again (rule 2): a new transaction reads its queue, and claims, ends, or goes on waiting.

import type { RunId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import type { ClaimResult } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { waitsFor } from '../domain/start-request';
import type { Patience } from '../domain/start-request';
import {
  decide,
  findDataflow,
  forgetRun,
  insertEvent,
  lockRun,
  questionOfRun,
  setLate,
  setWaiting,
  startRun,
} from '../store';
import type { Queryable, QueueDecision } from '../store';
import { afterEnd } from './after-end';
import { claimAll, isIdle, retryLost } from './claim';
import { decided, endedWaiting, forgotten, started } from './claim-result';
import type { AttemptDeps, Execution } from './deps';
import { endInTransaction, endReport } from './end-run';
import { refusal } from './refusal';
import { consumeAgain } from './rerun';
import { wakeNextInLine } from './wake-line';

interface Look {
  readonly result: ClaimResult;
  /** What others read of this run has changed: what they did on seeing it as it was is seen by another look only. */
  readonly again: boolean;
  /** It stood in line and doesn't any more, without having taken a place. */
  readonly left: Dataflow | null;
}

/**
 * Idempotent: a run that has claimed returns what it claimed. `patience`: what it waits for; where it lacks anything else by now, it
 * ends `expired`.
 * @throws RunAlreadyFinishedError when the run was taken away (orphaned) meanwhile.
 */
export async function claimSources(
  deps: AttemptDeps,
  runId: RunId,
  execution: Execution,
  patience: Patience,
): Promise<ClaimResult> {
  for (;;) {
    const { result, again, left, ended } = await retryLost(() => deps.transaction((tx) => look(tx, runId, patience)));
    if (left) await wakeNextInLine(deps, left);
    if (ended) return endedWaiting(await afterEnd(deps, ended.run, execution), ended.decision.explanation);
    if (!again) return result;
  }
}

type LookOrEnd = Look & { readonly ended?: { readonly run: Run; readonly decision: QueueDecision } };

async function look(tx: Queryable, runId: RunId, patience: Patience): Promise<LookOrEnd> {
  const run = await lockRun(tx, runId);
  // Only a run that was forgotten is gone: an earlier attempt of this activity did it. What has come since, this isn't a look at.
  if (!run) return done({ ...forgotten(), gone: true });
  if (run.state === 'started') return done(await started(tx, runId));
  if (run.state !== 'waiting') throw runEnded(run);
  const dataflow = await findDataflow(tx, { id: run.dataflowId });
  // Before the lock on its dataflow, as whoever opens a rerun takes the two.
  const original = run.rerunOf === null ? undefined : await lockRun(tx, run.rerunOf);
  const decision = withPatience(await decide(tx, dataflow, questionOfRun(run), 'lock'), dataflow, run, patience);
  const left = run.waitingFor === 'place' ? dataflow : null;
  if (decision.late) await tellLate(tx, run);
  if (decision.kind === 'end') {
    const { state, message, errorCode, explanation } = decision;
    const off = state === 'cancelled' ? { dataflowStatus: dataflow.status } : {};
    const ended = await endInTransaction(tx, run, endReport(state, message, errorCode), { explanation, ...off });
    return { ...done(forgotten()), left, ended: { run: ended, decision } };
  }
  if (run.triggered && isIdle(decision)) {
    await forgetRun(tx, runId);
    return { ...done(forgotten(decision.explanation)), left };
  }
  if (decision.kind === 'start') {
    await startRun(tx, runId);
    if (original) {
      await consumeAgain(tx, original, run, patience.replaced);
      return done(await started(tx, runId));
    }
    await claimAll(tx, runId, decision.claim);
    await insertEvent(tx, runId, run.dataflowId, 'started', startedDetail(decision));
    return done(decided(decision, decision.claim));
  }
  const result = decided(decision);
  if (decision.reason.for === run.waitingFor) return done(result);
  await setWaiting(tx, runId, decision.reason.for);
  return { result, again: true, left };
}

/** Where a run lacks what it doesn't wait for, it ends: its sources were there when it opened, or nobody had looked. */
function withPatience(
  decision: QueueDecision,
  dataflow: Dataflow,
  run: Run,
  patience: Patience,
): QueueDecision & { readonly errorCode?: string } {
  if (decision.kind !== 'wait' || waitsFor(patience, decision.reason)) return decision;
  const { message, code } = refusal(dataflow, decision, run);
  return { ...decision, kind: 'end', state: 'expired', message, errorCode: code };
}

const done = (result: ClaimResult): Look => ({ result, again: false, left: null });

/** What the event of a start tells. */
export function startedDetail({ claim, because }: Extract<QueueDecision, { kind: 'start' }>): Record<string, unknown> {
  return { sourceCount: claim.length, ...(because === 'deadline' && { because }) };
}

async function tellLate(tx: Queryable, run: Run): Promise<void> {
  await setLate(tx, run.runId);
  await insertEvent(tx, run.runId, run.dataflowId, 'late', { startBy: run.policy.startBy });
}
