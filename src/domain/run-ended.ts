// The answer to whatever comes too late for a run.

import { RunAlreadyFinishedError } from './errors';
import { LEASE_EXPIRED } from './messages';
import type { Run } from './model';
import type { RunState } from './run-state';

const ADVICE: Readonly<Record<RunState, string>> = {
  waiting: '',
  started: '',
  success: 'Start a new run, or replay it.',
  error: 'Retry it on what it consumed, or start a new run.',
  cancelled: 'Start a new run; or retry it, if it had started.',
  orphaned: 'Start a new run; or retry it, if it had started.',
  expired: 'Start a new run.',
};

export function runEnded(
  run: Pick<Run, 'runId' | 'state' | 'dataflow'> & { readonly errorCode?: string | null },
): RunAlreadyFinishedError {
  const { runId, dataflow, state, errorCode = null } = run;
  const expired = errorCode === LEASE_EXPIRED;
  const how = expired
    ? ' (LEASE_EXPIRED: its heartbeats stopped)'
    : state === 'orphaned'
      ? ' (its workflow is gone)'
      : '';
  const advice = expired ? 'Retry it; or, if its work was done all the same, accept its late end.' : ADVICE[state];
  const details = { runId, state, ...(errorCode !== null && { errorCode }) };
  return new RunAlreadyFinishedError(`Run ${runId} of ${dataflow} has ended: ${state}${how}. ${advice}`, details);
}
