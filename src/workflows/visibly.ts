// A wait that the Temporal UI shows as one, on the first page that a reader opens: a timer that bears its reason.

import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';

/** For a wait that no time ends. */
const FOR_EVER = '3650 days';

/**
 * Waits until `isOver`, or for `timeoutMs` at most where that isn't null, with `reason` on the timeline; two events more than a
 * wait that nobody sees.
 */
export async function visibly(reason: string, timeoutMs: number | null, isOver: () => boolean): Promise<void> {
  const timer = new CancellationScope();
  let rang = false;
  const shown = timer
    .run(() => sleep(timeoutMs ?? FOR_EVER, { summary: reason }))
    .then(() => {
      rang = true;
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  try {
    await condition(() => rang || isOver());
  } finally {
    timer.cancel();
    await shown;
  }
}
