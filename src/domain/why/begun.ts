// A run that has started, or ended: what became of it.

import { showDuration } from '../duration';
import type { Run } from '../model';
import { explain } from '../rule';
import { isOpen } from '../run-state';
import { slotTitle } from '../slot';
import { doneTo, stoppedBy } from './operations';
import { started } from './started';
import type { WhyFacts } from './types';
import { at, NAMED, rows, runs } from './words';

export function begun(facts: WhyFacts, run: Run): string[] {
  const title = `Run ${run.runId} of ${slotTitle(run.dataflow, run.slot)}`;
  const how = facts.start
    ? started(title, run, facts, facts.start)
    : [`${title} never started: it was asked for at ${at(run.openedAt)}.`];
  if (isOpen(run.state))
    return [...how, 'It has not ended yet.', ...doneTo(facts, run), ...attempts(facts), ...lease(run)];
  const wrote = run.state === 'success' && run.recordCount !== null ? ` with ${rows(run.recordCount)}` : '';
  const code = run.errorCode === null ? '' : ` (${run.errorCode})`;
  const when = run.endedAt ? ` at ${at(run.endedAt)}` : '';
  const end = `It ended ${run.state}${code}${wrote}${when}${tries(facts, run)}${stoppedBy(facts, run)}`;
  return [
    ...how,
    `${end}${run.message === null ? '' : `: ${run.message}`}`.replace(/([^.])$/, '$1.'),
    ...stood(facts, run),
    ...lastFailure(facts, run),
    ...doneTo(facts, run),
    ...aftermath(facts, run),
  ];
}

/** Of a run that never started: what it lacked; one that expired tells that itself. */
function stood({ explanation }: WhyFacts, { startedAt, state }: Run): string[] {
  if (startedAt !== null || state === 'expired' || !explanation || explanation.satisfied) return [];
  return [`It was ${explain(explanation)}.`];
}

/** Of a job that succeeded at once there is nothing to say. */
function tries({ job }: WhyFacts, { state }: Run): string {
  if (!job || (state === 'success' && job.attempt === 1)) return '';
  return ` after ${String(job.attempt)} attempt${job.attempt === 1 ? '' : 's'} of its job`;
}

/** Where the run's own message doesn't tell it. */
function lastFailure({ job }: WhyFacts, { message }: Run): string[] {
  if (!job?.lastFailure || job.lastFailure === message) return [];
  return [`The last of them that failed did so with: ${job.lastFailure}`.replace(/([^.])$/, '$1.')];
}

function attempts({ job }: WhyFacts): string[] {
  if (!job) return [];
  const failed = job.lastFailure === null ? '' : `; the last one failed: ${job.lastFailure}`;
  return [`Its job is at attempt ${String(job.attempt)}${failed}`.replace(/([^.])$/, '$1.')];
}

function lease({ heartbeatTimeoutMs, heartbeatAt }: Run): string[] {
  if (heartbeatTimeoutMs === null) return [];
  const heard = heartbeatAt ? `; it was last heard of at ${at(heartbeatAt)} or later` : '';
  return [`It promised a heartbeat every ${showDuration(heartbeatTimeoutMs)}${heard}.`];
}

/** Of a failed run: where its sources are, and who waits behind it. */
function aftermath({ rerun, sourceCount, stuck, gaveBack }: WhyFacts, run: Run): string[] {
  const again = rerun ? [`Its sources were taken up again by run ${rerun.runId} (${rerun.state}).`] : [];
  if (run.state === 'success') return again;
  const held =
    rerun || sourceCount === 0
      ? []
      : gaveBack
        ? [`What it had claimed went back to the queue.`]
        : [`It holds the ${runs(sourceCount)} that it claimed until it is retried.`];
  const named = stuck
    .slice(0, NAMED)
    .map((behind) => `run ${behind.runId} of ${slotTitle(behind.dataflow, behind.slot)}`);
  const more = stuck.length > NAMED ? ` and ${String(stuck.length - NAMED)} more` : '';
  const behind =
    stuck.length > 0 ? [`Behind it ${stuck.length === 1 ? 'waits' : 'wait'} ${named.join(', ')}${more}.`] : [];
  return [...again, ...held, ...behind];
}
