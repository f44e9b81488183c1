// What may be run once more, and as what. Pure.

import { AlreadyActiveError, InvalidArgumentError } from './errors';
import type { DlcError } from './errors';
import type { RerunCause, Run } from './model';
import { isOpen } from './run-state';

type Rerun = Pick<Run, 'runId' | 'dataflow' | 'state' | 'startedAt'>;

/**
 * Refuses a rerun of what can't be run once more: `retry` is for runs that failed, `replay` for those that succeeded.
 * `latest`: the newest rerun of it that there is.
 * @throws AlreadyActiveError, InvalidArgumentError
 */
export function checkRerun(run: Rerun, cause: Exclude<RerunCause, 'clear'>, latest: Rerun | undefined): void {
  if (isOpen(run.state)) {
    throw new AlreadyActiveError(
      `Run ${run.runId} of ${run.dataflow} is open (${run.state}): it can't be ${DONE[cause]} before it has ended. Finish, cancel or clear it first.`,
      { field: 'runId', runId: run.runId, state: run.state },
    );
  }
  if ((run.state === 'success') !== (cause === 'replay')) {
    throw refused(run, `ended ${run.state}: ${cause} is for runs that ${cause === 'retry' ? 'failed' : 'succeeded'}`, {
      instead: cause === 'retry' ? 'replay' : 'retry',
    });
  }
  if (run.startedAt === null) throw refused(run, `ended ${run.state} without having started. Start a new run`);
  if (cause === 'retry' && latest) throw retriedBefore(run, latest);
}

/**
 * Whether an open run lets a rerun into its slot: one that a trigger opened, and that has claimed nothing yet. It is forgotten, and
 * the slot's queue, which holds all that it waited with, is looked at again when the rerun has ended.
 */
export const givesWay = ({ state, triggered }: Pick<Run, 'state' | 'triggered'>): boolean =>
  state === 'waiting' && triggered;

const DONE = { retry: 'retried', replay: 'replayed' } as const;

function retriedBefore(run: Rerun, latest: Rerun): DlcError {
  if (isOpen(latest.state)) {
    return new AlreadyActiveError(
      `Run ${run.runId} of ${run.dataflow} is being retried, as run ${latest.runId} (${latest.state}). Wait for that one.`,
      { field: 'runId', runId: latest.runId, state: latest.state },
    );
  }
  const instead = latest.state === 'success' ? 'replay' : 'retry';
  return refused(run, `was retried before, as run ${latest.runId} (${latest.state}). Use ${instead} with that one`, {
    rerun: latest.runId,
  });
}

function refused(run: Rerun, what: string, details: Readonly<Record<string, unknown>> = {}): InvalidArgumentError {
  return new InvalidArgumentError(`Run ${run.runId} of ${run.dataflow} ${what}.`, {
    field: 'runId',
    runId: run.runId,
    state: run.state,
    ...details,
  });
}

/** The answer where a failed run's sources went back to the queue, and another run has them now. */
export function consumedSince(run: Rerun, by: string): InvalidArgumentError {
  return refused(
    run,
    `gave its sources back to the queue, and run ${by} has consumed them since. There is nothing to retry`,
    {
      consumedBy: by,
    },
  );
}

/** The answer to the late end of a run from which another one has taken over. */
export function takenOver(run: Rerun, by: Rerun): InvalidArgumentError {
  const advice = isOpen(by.state)
    ? 'Cancel that one first, if this end is the one that counts'
    : "That one's end counts: there is nothing to accept";
  return refused(
    run,
    `was taken over by run ${by.runId} (${by.state}), which consumes what it had consumed. ${advice}`,
    {
      consumedBy: by.runId,
    },
  );
}

/** The answer where the run from which this one took over has succeeded after all. */
export function settledBy(run: Rerun, accepted: string): InvalidArgumentError {
  return refused(
    run,
    `took over from run ${accepted}, whose late end was accepted: its sources are consumed. Replay that one, if it is to be run again`,
    { accepted },
  );
}
