// A change of a schedule: what it leaves out stays, in its deadline and its interval too.

import { definedOf } from '../defined';
import { changedDeadline } from '../start';
import type { DeadlineChange } from '../start';
import type { ScheduleInput } from './schema';

type IntervalInput = NonNullable<ScheduleInput['interval']>;

/** `every` or `offset` alone, of a schedule that has one interval; an `offset` that is null goes. */
export interface IntervalChange {
  readonly every?: string | undefined;
  readonly offset?: string | null | undefined;
}

/** Fields that are to change; null takes one out. A list replaces the one before. */
export type ScheduleChange = Omit<ScheduleInput, 'deadline' | 'interval'> & {
  readonly deadline?: DeadlineChange | undefined;
  readonly interval?: IntervalInput | IntervalChange | null | undefined;
};

/** Not checked yet. */
export function changedSchedule(before: ScheduleInput, change: ScheduleChange): ScheduleInput {
  const { deadline, interval } = change;
  return {
    ...before,
    ...(definedOf(change) as ScheduleInput),
    ...(deadline !== undefined && { deadline: changedDeadline(before.deadline, deadline) }),
    ...(isOne(interval) && { interval: { ...only(before.interval), ...definedOf(interval) } as IntervalInput }),
  };
}

const isOne = (interval: ScheduleChange['interval']): interval is IntervalChange =>
  typeof interval === 'object' && interval !== null && !Array.isArray(interval);

/** Where there are several, nobody knows which one is meant. */
function only(before: ScheduleInput['interval']): IntervalChange {
  if (isOne(before)) return before;
  const [one, ...others] = before ?? [];
  return one && others.length === 0 ? one : {};
}
