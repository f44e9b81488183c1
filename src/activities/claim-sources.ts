// A waiting run looks again (rule 2): a new transaction reads its queue, and claims or goes on waiting.

import type { RunId } from '../domain/ids';
import type { ClaimResult } from '../domain/protocol';
import { abridge } from '../domain/rule';
import { runEnded } from '../domain/run-ended';
import { claimedRows, countClaimedRows, decide, forgetRun, insertEvent, lockRun, startRun } from '../store';
import type { Queryable } from '../store';
import { MAX_SOURCES_INLINE, toSourceRun } from '../domain/protocol';
import { claimAll, inline, isIdle, retryLost } from './claim';
import type { AttemptDeps } from './deps';

/**
 * Idempotent: a run that has claimed returns what it claimed.
 * @throws RunAlreadyFinishedError when the run was taken away (orphaned) meanwhile.
 */
export async function claimSources(deps: AttemptDeps, runId: RunId): Promise<ClaimResult> {
  return retryLost(() =>
    deps.transaction(async (tx) => {
      const run = await lockRun(tx, runId);
      // Only a run that was forgotten is gone: an earlier attempt of this activity did it.
      if (!run) return { state: 'forgotten', explanation: null, sources: [], sourceCount: 0 };
      if (run.state === 'started') return { state: 'started', explanation: null, ...(await readClaim(tx, runId)) };
      if (run.state !== 'waiting') throw runEnded(run);
      const { satisfied, claim, explanation: whole } = await decide(tx, run.dataflowId, run.slot, run.rule);
      const explanation = abridge(whole);
      if (run.triggered && isIdle(whole, claim)) {
        await forgetRun(tx, runId);
        return { state: 'forgotten', explanation, sources: [], sourceCount: 0 };
      }
      if (!satisfied) return { state: 'waiting', explanation, sources: [], sourceCount: 0 };
      await startRun(tx, runId);
      await claimAll(tx, runId, claim);
      await insertEvent(tx, runId, run.dataflowId, 'started', { sourceCount: claim.length });
      return { state: 'started', explanation, ...inline(claim) };
    }),
  );
}

/** What a run has claimed, as it travels. */
export async function readClaim(db: Queryable, runId: RunId): Promise<Pick<ClaimResult, 'sources' | 'sourceCount'>> {
  const rows = await claimedRows(db, runId, MAX_SOURCES_INLINE);
  const sourceCount = rows.length < MAX_SOURCES_INLINE ? rows.length : await countClaimedRows(db, runId);
  return { sources: rows.map(toSourceRun), sourceCount };
}
