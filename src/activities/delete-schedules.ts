// Deletes the schedules of a dataflow that is retired: they have nothing to start any more. Idempotent.

import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { SCHEDULE_PREFIX, scheduleId } from '../domain/schedule';
import type { Deps } from './deps';

/** Returns how many there were. */
export async function deleteSchedules({ client }: Deps, key: string): Promise<number> {
  const { schedule } = client();
  // The usual one by its ID: a list shows a schedule a little later than it is there.
  const ids = new Set([scheduleId(key, '')]);
  for await (const { scheduleId: id } of schedule.list()) {
    if (id.startsWith(`${SCHEDULE_PREFIX}${key}@`)) ids.add(id);
  }
  let deleted = 0;
  for (const id of ids) if (await deleteSchedule(client(), id)) deleted++;
  return deleted;
}

/** False: there was none. */
export async function deleteSchedule({ schedule }: Client, id: string): Promise<boolean> {
  try {
    await schedule.getHandle(id).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
