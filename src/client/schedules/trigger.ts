// Fires a schedule now, and finds out what that started: Temporal only says that it was asked.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import type { ScheduledExecution } from './describe';
import { toSchedule } from './describe';

/** Looks, and milliseconds between two of them: it takes a few on an idle server. */
const LOOKS = 40;
const PAUSE_MS = 50;

export async function triggerSchedule(
  handle: ScheduleHandle,
  before: ScheduleDescription,
): Promise<ScheduledExecution | null> {
  await handle.trigger();
  const known = new Set(toSchedule(before).recent.map(({ runId }) => runId));
  for (let look = 0; look < LOOKS; look++) {
    const { recent } = toSchedule(await handle.describe());
    const started = recent.findLast(({ runId }) => !known.has(runId));
    if (started) return started;
    await sleep(PAUSE_MS);
  }
  return null;
}
