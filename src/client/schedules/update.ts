// Writes a schedule over just what was read of it. Temporal takes a version with an update, and leaves out an update of a schedule that
// has changed since; the SDK's own `update` doesn't tell it, so that of two at once the later would undo the earlier.

import type { ScheduleClient, ScheduleDescription, ScheduleUpdateOptions } from '@temporalio/client';
import type { ScheduleInput } from '../../domain/schedule';
import { fingerprint } from '../../domain/request-id';
import { WRITTEN } from './options';

/** What was to be written over isn't what is there (any more). */
class Changed extends Error {}

/** As it was written; of one that isn't ours, nothing. */
export const writtenIn = ({ action }: ScheduleDescription): ScheduleInput => action.memo?.[WRITTEN] ?? {};

/**
 * Over `before`, as it was read. False: it has changed since, or is written by somebody else by now; read it again.
 * @throws ScheduleNotFoundError
 */
export async function writeOver(
  schedules: ScheduleClient,
  before: ScheduleDescription,
  written: Omit<ScheduleUpdateOptions, 'state'>,
): Promise<boolean> {
  const { scheduleId } = before;
  try {
    await updateAsRead(schedules, scheduleId, (now) => {
      if (asWritten(now) !== asWritten(before)) throw new Changed();
      // Paused or not, it stays so.
      return { ...written, state: now.state };
    });
  } catch (error) {
    if (error instanceof Changed) return false;
    throw error;
  }
  // An update that comes too late is left out without a word.
  return asWritten(await schedules.getHandle(scheduleId).describe()) === asWritten(written);
}

/** What of it is ours to say. */
function asWritten({ action }: Pick<ScheduleDescription | ScheduleUpdateOptions, 'action'>): string {
  const { workflowType, taskQueue, memo } = action;
  return fingerprint({ workflowType, taskQueue, written: memo?.[WRITTEN] ?? {} });
}

/** The SDK's `update`, that tells the version which `next` was given. */
function updateAsRead(
  schedules: ScheduleClient,
  scheduleId: string,
  next: (now: ScheduleDescription) => ScheduleUpdateOptions,
): Promise<void> {
  let conflictToken: Uint8Array | null | undefined;
  const { workflowService } = schedules;
  const telling: unknown = Object.create(workflowService, {
    updateSchedule: {
      value: (request: Parameters<typeof workflowService.updateSchedule>[0]) =>
        workflowService.updateSchedule({ ...request, conflictToken: conflictToken ?? null }),
    },
  });
  const client = Object.create(schedules, { workflowService: { value: telling } }) as ScheduleClient;
  return client.getHandle(scheduleId).update((now) => {
    conflictToken = now.raw.conflictToken;
    return next(now);
  });
}
