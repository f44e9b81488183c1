// Opens a run that consumes once more what an earlier run consumed: its sources are queued again and claimed in the transaction
// that starts it, so that nobody else gets them and nothing is half done. It starts as it opens, unless it waits for a place.

import { InvalidArgumentError, RunNotFoundError } from '../domain/errors';
import { runId as asRunId } from '../domain/ids';
import type { RunId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import type { ClaimResult } from '../domain/protocol';
import { madeAnew } from '../domain/replay-parts';
import { checkRerun, givesWay } from '../domain/rerun';
import { waitsFor } from '../domain/start-request';
import type { StartRequest, StartRequestInput } from '../domain/start-request';
import {
  claimedParts,
  findOpenRun,
  forgetRun,
  heldParts,
  insertEvent,
  insertRun,
  latestRerun,
  lockRun,
  readPlaces,
  requeuedRows,
  requeueSources,
} from '../store';
import type { NewRun, Queryable, QueuedPart } from '../store';
import { claimAll } from './claim';
import { decided, started } from './claim-result';
import type { Refused } from './refusal';
import { checkSourcesFree } from './taken-over';

type Rerun = Omit<NewRun, 'state' | 'waitingFor'> & { readonly rerunOf: RunId };

/** @throws RunNotFoundError, AlreadyActiveError, InvalidArgumentError: see checkRerun; nothing is written then. */
export async function openRerun(
  tx: Queryable,
  dataflow: Dataflow,
  request: StartRequest,
  run: Rerun,
): Promise<ClaimResult | { refused: Refused } | 'clash'> {
  const original = await lockRun(tx, run.rerunOf);
  if (!original) throw new RunNotFoundError(`There is no run ${run.rerunOf}.`, { runId: run.rerunOf });
  const cause = request.cause === 'replay' ? 'replay' : 'retry';
  checkPlace(dataflow, original, run);
  checkRerun(original, cause, await latestRerun(tx, original.runId));
  if (cause === 'retry') await checkSourcesFree(tx, original);
  const waiting = await lockWaiting(tx, run);
  const held = await heldUp(tx, dataflow, run, waiting);
  if (held && !waitsFor(request, held.reason)) return { refused: held };

  if (waiting) await forgetRun(tx, waiting);
  const state = held ? 'waiting' : 'started';
  await insertRun(tx, { ...run, rule: original.rule, state, waitingFor: held?.reason.for ?? null, cause });
  // Once more, now that the slot is ours: who had it a moment ago may have taken them.
  if (cause === 'retry') await checkSourcesFree(tx, original);
  const asked = { by: request.by, reason: request.reason };
  if (held) {
    await insertEvent(tx, run.runId, dataflow.id, 'waiting', { rerunOf: original.runId, cause, ...asked });
    return decided(held);
  }
  await consumeAgain(tx, original, { ...run, cause }, request.replaced, asked);
  return started(tx, run.runId);
}

/**
 * In the transaction that starts a rerun, with the original locked. `replaced`: what its replay made anew before. `asked`: who wants
 * it and why, where that was not told before.
 */
export async function consumeAgain(
  tx: Queryable,
  original: Run,
  run: Pick<Run, 'runId' | 'dataflowId' | 'cause' | 'withholdBy'>,
  replaced: StartRequestInput['replaced'],
  asked: Partial<Pick<StartRequest, 'by' | 'reason'>> = {},
): Promise<void> {
  const cause = run.cause === 'replay' ? 'replay' : 'retry';
  const { anew, insteadOf } = await readAnew(tx, original, replaced ?? [], run.withholdBy ?? '');
  await requeueSources(tx, original.runId, cause, { except: insteadOf.map(({ queueId }) => queueId) });
  const rows = [...(await requeuedRows(tx, original.runId)), ...anew];
  await claimAll(tx, run.runId, rows, run.withholdBy);
  const detail = { sourceCount: rows.length, rerunOf: original.runId, cause, ...asked };
  await insertEvent(tx, run.runId, run.dataflowId, 'started', detail);
  await insertEvent(tx, original.runId, run.dataflowId, cause, { as: run.runId, ...asked });
}

/** What a replay of several runs has made anew of what a run had claimed: it is withheld from everybody else. */
async function readAnew(
  tx: Queryable,
  original: Run,
  replaced: NonNullable<StartRequestInput['replaced']>,
  holder: string,
): Promise<ReturnType<typeof madeAnew<QueuedPart, QueuedPart>>> {
  if (replaced.length === 0) return { anew: [], insteadOf: [] };
  const claimed = await claimedParts(tx, original.runId);
  const held = await heldParts(tx, original.dataflowId, original.slot, holder);
  return madeAnew(
    claimed,
    held,
    replaced.map(({ runId, by, except }) => ({ runId: asRunId(runId), by: asRunId(by), except: except ?? [] })),
  );
}

function checkPlace(dataflow: Dataflow, original: Run, run: Rerun): void {
  if (original.dataflowId === dataflow.id && original.slot === run.slot) return;
  throw new InvalidArgumentError(
    `Run ${original.runId} was one of ${original.dataflow}${original.slot === '' ? '' : `, partition ${original.slot}`}: only there can it be run again.`,
    { field: 'rerunOf', runId: original.runId },
  );
}

/** The run in its slot that gives way. It may be looking just now: then it has started by the time that we see it, or finds itself gone. */
async function lockWaiting(tx: Queryable, { dataflowId, slot }: Rerun): Promise<RunId | undefined> {
  const open = await findOpenRun(tx, dataflowId, slot);
  if (!open || !givesWay(open)) return undefined;
  const waiting = await lockRun(tx, open.runId);
  return waiting && givesWay(waiting) ? waiting.runId : undefined;
}

/** A rerun has its sources, but it doesn't get past a pause or a limit. `waiting`: gives it its place in line. */
async function heldUp(
  tx: Queryable,
  dataflow: Dataflow,
  run: Rerun,
  waiting: RunId | undefined,
): Promise<Refused | undefined> {
  const nothing = { kind: 'wait', lookAt: null, late: false, ready: [], now: new Date() } as const;
  const explanation = { check: 'ignore', satisfied: true, have: 0, need: 0, of: [] } as const;
  if (dataflow.pause) {
    const since = dataflow.pause.since.toISOString();
    return { ...nothing, explanation, reason: { for: 'pause', ...dataflow.pause, since } };
  }
  if (dataflow.maxConcurrentRuns === null) return undefined;
  const places = await readPlaces(tx, dataflow, { ...run, runId: waiting ?? null, inLineSince: null }, true);
  if (places.ahead < places.limit - places.running) return undefined;
  return { ...nothing, explanation, reason: { for: 'place', ...places } };
}
