// `startedRun`: the start info, returned to whoever started the run as soon as the run is decided. And `status`.

import { ApplicationFailure } from '@temporalio/common';
import { condition, setHandler, workflowInfo } from '@temporalio/workflow';
import { AlreadyActiveError, DlcError } from '../domain/errors';
import { RUN_ENDING } from '../domain/messages';
import type { StartInfo } from '../domain/protocol';
import { isSameRerun, otherStart } from '../domain/same-start';
import { refusing, toFailure } from './failures';
import { heartbeatSignal, sourceFinishedSignal, startedRunUpdate, statusQuery } from './messages';
import type { RunSession } from './session';
import { decode, undecoded } from './undecoded';

/** What `startedRun` takes; anything else in it is ignored. */
interface StartedRunInput {
  /** The start that asks; a run that another start opened refuses it with ALREADY_ACTIVE. Left out: any run will do. */
  readonly requestId?: unknown;
  /** What it is for, as in the start's request; a run that was opened for something else refuses it. Left out: whatever it was for. */
  readonly rerunOf?: unknown;
  readonly cause?: unknown;
  /** True: wait until the run has claimed its sources, however long that takes. */
  readonly untilStarted?: unknown;
}

export function handleStartMessages(session: RunSession, request: unknown, runId: string): void {
  setHandler(undecoded(sourceFinishedSignal), () => {
    session.received();
    session.wakeups++;
  });
  setHandler(undecoded(heartbeatSignal), (input) => {
    session.received();
    heard(session, input);
  });
  setHandler(undecoded(statusQuery), () => session.status());
  setHandler(
    undecoded(startedRunUpdate),
    session.handler((input) => started(session, fields(decode(input)))),
    {
      validator: (input) => {
        refusing(() => {
          checkRequest(session, fields(decode(input)), fields(request), runId);
        });
      },
    },
  );
}

/** One for another run, of a job that doesn't know of its end, keeps this one's lease no longer. */
function heard(session: RunSession, input: unknown): void {
  try {
    const { runId } = fields(decode(input)) as { readonly runId?: unknown };
    if (runId == null || runId === session.opened?.runId) session.heartbeatAt = Date.now();
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    session.refuse('heartbeat', error);
  }
}

const fields = (value: unknown): StartedRunInput => (typeof value === 'object' && value !== null ? value : {});

function checkRequest(session: RunSession, asked: StartedRunInput, own: StartedRunInput, runId: string): void {
  if (asked.requestId == null) return;
  if (asked.requestId === own.requestId) {
    if (asked.rerunOf === undefined || typeof asked.requestId !== 'string' || isSameRerun(rerun(asked), rerun(own)))
      return;
    const opened = session.opened?.runId ?? runId;
    throw toFailure(otherStart('something else', opened, asked.requestId));
  }
  if (session.phase === 'ended') throw endingFailure();
  const active = session.opened?.runId ?? runId;
  throw toFailure(
    new AlreadyActiveError(
      `${session.opened?.dataflow ?? 'The slot'} has an open run: ${active} (${session.summary()}). Finish or cancel that run first.`,
      { runId: active, workflowId: workflowInfo().workflowId, state: session.opened?.state ?? 'waiting' },
    ),
  );
}

const rerun = ({ rerunOf, cause }: StartedRunInput): Parameters<typeof isSameRerun>[0] => ({
  rerunOf: typeof rerunOf === 'string' ? rerunOf : null,
  cause: cause === 'replay' ? cause : null,
});

async function started(session: RunSession, { untilStarted }: StartedRunInput): Promise<StartInfo> {
  await condition(() => session.continuing || isDecided(session, untilStarted === true));
  if (session.refusal) throw toFailure(session.refusal);
  if (session.continuing) throw endingFailure();
  return session.startInfo;
}

function isDecided({ phase }: RunSession, untilStarted: boolean): boolean {
  return phase === 'started' || phase === 'ended' || (phase === 'waiting' && !untilStarted);
}

/** The slot's execution is about to close or to continue as new: the caller asks again, and meets the next one. */
const endingFailure = (): ApplicationFailure =>
  ApplicationFailure.retryable('This execution is ending; ask again.', RUN_ENDING);
