// A decision, and what a run claimed, as they travel to the workflow.

import type { RunId } from '../domain/ids';
import type { QueueRow } from '../domain/model';
import { MAX_SOURCES_INLINE, toSourceRun } from '../domain/protocol';
import type { ClaimResult, FinishedRun, Waiting } from '../domain/protocol';
import { abridge } from '../domain/rule';
import type { Explanation } from '../domain/rule';
import { claimedRows, countClaimedRows } from '../store';
import type { Queryable, QueueDecision } from '../store';

type Claim = Pick<ClaimResult, 'sources' | 'sourceCount'>;

const NOTHING: Claim & Waiting & Pick<ClaimResult, 'ended'> = {
  sources: [],
  sourceCount: 0,
  waitingFor: null,
  lookInMs: null,
  ended: null,
};

export const forgotten = (explanation: Explanation | null = null): ClaimResult => ({
  ...NOTHING,
  state: 'forgotten',
  explanation: explanation && abridge(explanation),
});

/** Of a decision that a run waits on, or has started on with `claim`. */
export function decided(decision: QueueDecision, claim: readonly QueueRow[] = []): ClaimResult {
  const explanation = abridge(decision.explanation);
  if (decision.kind === 'wait') return { ...NOTHING, ...waiting(decision), state: 'waiting', explanation };
  return { ...NOTHING, ...inline(claim), state: 'started', explanation };
}

/** Of a run that ended without having started. */
export const endedWaiting = (ended: FinishedRun, explanation: Explanation): ClaimResult => ({
  ...NOTHING,
  state: ended.end.state === 'expired' ? 'expired' : 'cancelled',
  explanation: abridge(explanation),
  ended,
});

/** Of a run that has claimed before: what it has, from MySQL. */
export async function started(db: Queryable, runId: RunId): Promise<ClaimResult> {
  return { ...NOTHING, state: 'started', explanation: null, ...(await readClaim(db, runId)) };
}

/** What a run has claimed, as it travels. */
export async function readClaim(db: Queryable, runId: RunId): Promise<Claim> {
  const rows = await claimedRows(db, runId, MAX_SOURCES_INLINE);
  const sourceCount = rows.length < MAX_SOURCES_INLINE ? rows.length : await countClaimedRows(db, runId);
  return { sources: rows.map(toSourceRun), sourceCount };
}

function inline(claim: readonly QueueRow[]): Claim {
  return { sources: claim.slice(0, MAX_SOURCES_INLINE).map(toSourceRun), sourceCount: claim.length };
}

/** How long to wait at least: a look that came a little too early would only be repeated. */
const MIN_LOOK_MS = 10;

function waiting({ reason, lookAt, now }: Extract<QueueDecision, { kind: 'wait' }>): Waiting {
  const lookInMs = lookAt && Math.max(MIN_LOOK_MS, Math.ceil(lookAt.getTime() - now.getTime()));
  return { waitingFor: reason, lookInMs };
}
