// Tests wait for conditions, never for time.

import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until `probe` returns something; fails with what it saw last. */
export async function eventually<T>(
  probe: () => Promise<T>,
  isDone: (value: T) => boolean = Boolean,
  { timeoutMs = 30_000, everyMs = 50 } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (isDone(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`Waited ${String(timeoutMs)} ms in vain; last seen: ${JSON.stringify(value)}`);
    await sleep(everyMs);
  }
}
