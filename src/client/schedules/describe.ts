// A schedule as Temporal has it, in our words.

import type { Client, ScheduleDescription } from '@temporalio/client';
import { SCHEDULE_PREFIX } from '../../domain/schedule';
import type { ScheduleInput } from '../../domain/schedule';
import type { Starts } from '../../domain/plan/schedules';
import { OWN_QUEUE, WRITTEN } from './options';

/** Times are ISO 8601, UTC. */
export interface Schedule {
  readonly scheduleId: string;
  /** The dataflow's key. */
  readonly dataflow: string;
  /** Empty for the dataflow's usual one. */
  readonly name: string;
  /** As it was written; what was left out is not there. */
  readonly spec: ScheduleInput;
  readonly paused: boolean;
  /** Who paused it and why, or what was said when it was created. */
  readonly note: string | null;
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly updatedAt: string | null;
  /** At most ten; none while its last time is over. */
  readonly nextTimes: readonly string[];
  /** What it started last, oldest first. */
  readonly recent: readonly ScheduledExecution[];
  /** How often it started something, left a time out since the one before was open, and missed one since Temporal was down. */
  readonly counts: { readonly started: number; readonly skipped: number; readonly missed: number };
}

export interface ScheduledExecution {
  readonly scheduledAt: string;
  readonly startedAt: string;
  readonly workflowId: string;
  readonly runId: string;
}

export interface ScheduleMemo extends Record<string, unknown> {
  readonly dataflow: string;
  readonly name: string;
  readonly by: string;
}

export function toSchedule({ scheduleId, memo, action, state, info }: ScheduleDescription): Schedule {
  const { dataflow, name, by } = (memo ?? {}) as Partial<ScheduleMemo>;
  return {
    scheduleId,
    dataflow: dataflow ?? scheduleId.slice(SCHEDULE_PREFIX.length),
    name: name ?? '',
    spec: action.memo?.[WRITTEN] ?? {},
    paused: state.paused,
    note: state.note || null,
    createdBy: by ?? null,
    createdAt: info.createdAt.toISOString(),
    updatedAt: info.lastUpdatedAt?.toISOString() ?? null,
    nextTimes: info.nextActionTimes.map((time) => time.toISOString()),
    recent: info.recentActions.map(({ scheduledAt, takenAt, action: { workflow } }) => ({
      scheduledAt: scheduledAt.toISOString(),
      startedAt: takenAt.toISOString(),
      workflowId: workflow.workflowId,
      runId: workflow.firstExecutionRunId,
    })),
    counts: {
      started: info.numActionsTaken,
      skipped: info.numActionsSkippedOverlap,
      missed: info.numActionsMissedCatchupWindow,
    },
  };
}

/** What it starts, and where; a queue that is only the default of who wrote it is none of the dataflow's. */
export function startsOf({ action }: ScheduleDescription, defaultQueue: string): Starts {
  const { workflowType, taskQueue, memo } = action;
  const own = memo?.[OWN_QUEUE] === undefined ? taskQueue !== defaultQueue : memo[OWN_QUEUE] !== null;
  return { workflowType, taskQueue: own ? taskQueue : null };
}

/** IDs of ours; of one dataflow where it is named. A new one is listed a little later than it is there. */
export async function scheduleIds({ schedule }: Client, key?: string): Promise<string[]> {
  const [usual, named] = key === undefined ? [] : [`${SCHEDULE_PREFIX}${key}`, `${SCHEDULE_PREFIX}${key}@`];
  const ids: string[] = [];
  for await (const { scheduleId: id } of schedule.list()) {
    const ours = named === undefined ? id.startsWith(SCHEDULE_PREFIX) : id === usual || id.startsWith(named);
    if (ours) ids.push(id);
  }
  return ids.sort();
}
