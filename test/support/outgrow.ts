// A run whose history becomes long.

import type { Lake } from './lake';
import { eventually } from './wait';

/** Three of them make Temporal suggest to continue as new: more than 4 MB of history. */
export const LARGE = 'x'.repeat(1_500_000);

/** Sends the run's workflow so much that it goes on under another execution; returns that one's run ID. */
export async function outgrow(lake: Lake, workflowId: string, signal: string, content: unknown): Promise<string> {
  const handle = lake.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  // What comes while it opens is looked at by its opening; the next wake-up after that finds the history long.
  const next = await eventually(
    async () => {
      await handle.signal(signal, content);
      return handle.describe();
    },
    (execution) => execution.runId !== runId,
    { everyMs: 200 },
  );
  expect(next.historyLength).toBeLessThan(20);
  return next.runId;
}
