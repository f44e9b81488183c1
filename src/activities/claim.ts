// Claims: the heart of an opening and of a waiting run's wake-up.

import { UnavailableError } from '../domain/errors';
import type { QueueId, RunId } from '../domain/ids';
import { hasReady } from '../domain/rule';
import { claimRows } from '../store';
import type { Queryable, QueueDecision } from '../store';

/** Thrown to roll back and look again: between our read and our write somebody else took a row or the slot. */
export class SlotChanged extends Error {}

/** Tries of one opening or claim: each loss means that somebody else got on, so a few are plenty. */
const TRIES = 20;

/** Runs `work`, again when it lost. @throws UnavailableError when it goes on losing. */
export async function retryLost<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SlotChanged)) throw error;
    }
  }
  throw new UnavailableError('The slot changed hands again and again while this run tried to open in it. Try again.');
}

/** A trigger asked, but there is nothing to consume: neither now, nor a part of what the rule waits for. */
export function isIdle(decision: QueueDecision): boolean {
  return decision.kind === 'start' ? decision.claim.length === 0 : !hasReady(decision.explanation);
}

/** `holder`: whose rows it claims besides those that nobody withholds. @throws SlotChanged */
export async function claimAll(
  tx: Queryable,
  runId: RunId,
  rows: readonly { readonly queueId: QueueId }[],
  holder: string | null = null,
): Promise<void> {
  const ids = rows.map(({ queueId }) => queueId);
  const claimed = await claimRows(tx, runId, ids, holder);
  if (!claimed) throw new SlotChanged();
}
