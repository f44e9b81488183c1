// open → wait until claimed → body → finish → wake targets → next. The order of the steps is rule 2: every look is
// repeated if a wake-up came since.

import { TemporalFailure } from '@temporalio/common';
import { CancellationScope, condition, ContinueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RunReport } from '../activities';
import { DlcError, InvalidArgumentError, RunAlreadyFinishedError } from '../domain/errors';
import { failureReport, parseJobReport } from '../domain/finish-request';
import type { JobReport } from '../domain/finish-request';
import type { FinishedRun, OpenedRun, Skipped, StartInfo } from '../domain/protocol';
import { checkEnd, claimSources, finishRun, openRun, wakeTargets } from './activities';
import { failureMessage, runFailed, toFailure } from './failures';
import { FinishInbox } from './finish-messages';
import { continueAsNext, continueAsSame, isContinued, isTriggered, patienceOf, takesRequestAlone } from './next-run';
import { withScheduledTime } from './scheduled';
import { RunSession } from './session';
import { handleStartMessages } from './start-messages';
import { decode } from './undecoded';
import { visibly } from './visibly';

/** The run that ended: what it consumed, and what it reported. */
export interface RunResult extends StartInfo {
  /** Rows it wrote; null when it didn't say. */
  readonly recordCount: number | null;
  readonly message: string | null;
  /** A schedule started this execution, and no run was opened: the slot has one already, or the dataflow is off. */
  readonly skipped?: Skipped;
}

/** How a run gets its end: by a `finish` message, or by `execute`, whose result is reported and whose throw is an error. */
export interface RunBody {
  readonly endsByMessage: (run: OpenedRun) => boolean;
  readonly execute: (run: OpenedRun) => Promise<unknown>;
}

export async function executeRun(received: unknown, body: RunBody): Promise<RunResult> {
  const session = new RunSession(body.endsByMessage);
  const request = readRequest(session, received);
  session.isContinued = isContinued(request);
  const inbox = new FinishInbox(session);
  handleStartMessages(session, request, workflowInfo().runId);
  try {
    if (!session.refusal) await runToEnd(session, inbox, request, body);
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    session.refuseRun(error);
  }
  if (session.end) return result(session);
  await answered(session, inbox);
  // A start that came to nothing may have been woken meanwhile; that wake-up is the slot's, not this request's.
  if (session.wakeups > session.looked) await continueAsNext(session, request);
  if (session.refusal) throw toFailure(session.refusal);
  return result(session);
}

function result({ startInfo, end, opened }: RunSession): RunResult {
  const { skipped } = opened ?? {};
  const message = end?.message ?? skipped?.reason ?? null;
  return { ...startInfo, recordCount: end?.recordCount ?? null, message, ...(skipped && { skipped }) };
}

function readRequest(session: RunSession, received: unknown): unknown {
  try {
    return withScheduledTime(decode(received, 'The start'));
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    session.refuseRun(error);
    return undefined;
  }
}

async function runToEnd(session: RunSession, inbox: FinishInbox, request: unknown, body: RunBody): Promise<void> {
  let failure: Error | undefined;
  let finished: FinishedRun;
  const end = async (report: RunReport): Promise<FinishedRun> => {
    try {
      return await session.looking(() => finishRun(session.run.runId, report));
    } catch (error) {
      // It has ended without us, differently: that end counts, and what comes after it is still ours to do.
      const ended = error instanceof RunAlreadyFinishedError ? await look() : null;
      if (!ended) throw error;
      return ended;
    }
  };
  const look = (): Promise<FinishedRun | null> => session.looking(() => checkEnd(session.run.runId));
  try {
    const early = await open(session, request);
    if (session.phase === 'ended' && !early) return;
    finished =
      early ??
      (session.finishedByMessage
        ? await inbox.take({
            end,
            look,
            isLong: () => isHistoryLong(session),
            hasBecomeLong: () => session.hasLongHistory && takesRequestAlone(session),
            rollOver: () => continueAsSame(session, request, () => inbox.hasPending),
          })
        : await end(await executeBody(body, session.run)));
  } catch (error) {
    // Not opened, or a bug (which Temporal retries until it is mended): there is nothing to end.
    failure = runFailure(error);
    if (!failure || !session.isOpen) throw error;
    const ending = failureReport(failureMessage(failure));
    finished = await end(isCancellation(error) ? { ...ending, status: 'cancelled' } : ending);
  }
  session.ended(finished.end);
  if (finished.targetsToWake > 0) await wakeTargets(session.run.runId, finished.targetsToWake);
  await answered(session, inbox);
  // From the last look on nothing is awaited, so that no message can come in unseen.
  while (!finished.next && session.wakeups > session.looked) {
    finished = (await look()) ?? finished;
    await answered(session, inbox);
  }
  if (finished.next) await continueAsNext(session, request);
  if (finished.end.state !== 'success') throw failure ?? runFailed(finished.runId, finished.end);
}

/** Returns the end of a run that ended without having started. */
async function open(session: RunSession, request: unknown): Promise<FinishedRun | null> {
  do {
    const looking = session.wakeups;
    // A trigger's request asks for just what a wake-up asks for; another may ask less, and is no look for the slot.
    if (isTriggered(request)) session.looked = looking;
    const opened = await openRun(request);
    session.open(opened);
    if (opened.outcome !== 'duplicate') session.looked = looking;
    while (session.phase === 'waiting') await lookAgain(session, request);
    // A cancel is for the run that was forgotten: what wakes the slot now is for the next one, in an execution of its own.
    if (CancellationScope.current().consideredCancelled) break;
  } while (session.run.outcome === 'forgotten' && session.wakeups > session.looked);
  // Histories of earlier versions don't have it.
  return (session.run as Partial<OpenedRun>).ended ?? null;
}

async function lookAgain(session: RunSession, request: unknown): Promise<void> {
  const { lookInMs = null } = session.run as Partial<OpenedRun>;
  await visibly(session.summary(), lookInMs, () => session.wakeups > session.looked);
  if (isHistoryLong(session)) await continueAsSame(session, request);
  const { looked } = session;
  const claim = await session.looking(() => claimSources(session.run.runId, patienceOf(request)));
  if (claim.gone) session.looked = looked;
  session.claimed(claim);
}

const isHistoryLong = (session: RunSession): boolean =>
  workflowInfo().continueAsNewSuggested && takesRequestAlone(session);

/** Messages that came in time are answered before the execution closes. */
async function answered(session: RunSession, inbox: FinishInbox): Promise<void> {
  inbox.close();
  await CancellationScope.nonCancellable(() => condition(() => !session.isAnswering));
}

/** The failure that ends a run; undefined for a bug, which Temporal retries until it is mended. */
function runFailure(error: unknown): Error | undefined {
  if (error instanceof DlcError) return toFailure(error);
  return error instanceof TemporalFailure ? error : undefined;
}

async function executeBody(body: RunBody, run: OpenedRun): Promise<JobReport> {
  try {
    return parseJobReport(await body.execute(run));
  } catch (error) {
    if (!(error instanceof ContinueAsNew)) throw error;
    throw new InvalidArgumentError(
      "The body of a run can't continue as new: it would leave its run behind. Put the long part into a child workflow.",
    );
  }
}
