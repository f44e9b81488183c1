// A wait that the Temporal UI shows as one, on the first page that a reader opens: a timer that bears its reason.

import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** No wait ends because of its timer. */
const FOR_EVER = '3650 days';

/** Waits for what `wait` waits for, with `reason` on the timeline; two events more than a wait that nobody sees. */
export async function visibly(reason: string, wait: () => Promise<void>): Promise<void> {
  const timer = new CancellationScope();
  const shown = timer
    .run(() => sleep(FOR_EVER, { summary: reason }))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  try {
    await wait();
  } finally {
    timer.cancel();
    await shown;
  }
}
