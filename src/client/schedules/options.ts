// A schedule as Temporal takes it.

import { ScheduleOverlapPolicy } from '@temporalio/client';
import type {
  CalendarSpec,
  ScheduleDescription,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
  ScheduleSpec as TemporalSpec,
  ScheduleUpdateOptions,
} from '@temporalio/client';
import type { TypedSearchAttributes, Workflow } from '@temporalio/common';
import { parseDuration } from '../../domain/duration';
import { DATAFLOW_RUN } from '../../domain/messages';
import type { Dataflow } from '../../domain/model';
import {
  CALENDAR_FIELDS,
  compactSchedule,
  MONTHS,
  overlapOf,
  rangesOf,
  scheduledRequest,
  scheduleId,
  scheduleTitle,
  scheduleWorkflowId,
  WEEKDAYS,
} from '../../domain/schedule';
import type { CalendarField, CalendarInput, NumberRange, Overlap, ScheduleSpec } from '../../domain/schedule';

/** Under which the schedule is kept as it was written, with what it starts: the one place that an update can change. */
export const WRITTEN = 'dlcSchedule';

/** Under which the dataflow's own task queue is kept: null where it has none, and the queue is that of whoever wrote it. */
export const OWN_QUEUE = 'dlcTaskQueue';

const OVERLAP: Readonly<Record<Overlap, ScheduleOverlapPolicy>> = {
  skip: ScheduleOverlapPolicy.SKIP,
  bufferOne: ScheduleOverlapPolicy.BUFFER_ONE,
  bufferAll: ScheduleOverlapPolicy.BUFFER_ALL,
  cancelOther: ScheduleOverlapPolicy.CANCEL_OTHER,
  terminateOther: ScheduleOverlapPolicy.TERMINATE_OTHER,
  allowAll: ScheduleOverlapPolicy.ALLOW_ALL,
};

export type Written = Pick<ScheduleOptions, 'scheduleId' | 'spec' | 'action' | 'policies'>;

/** `attributes`: null where the server doesn't know them. */
export function scheduleOptions(
  dataflow: Dataflow,
  name: string,
  spec: ScheduleSpec,
  taskQueue: string,
  attributes: TypedSearchAttributes | undefined,
): Written {
  const { key } = dataflow;
  const catchup = spec.catchUpWindow;
  return {
    scheduleId: scheduleId(key, name),
    spec: temporalSpec(spec),
    action: {
      type: 'startWorkflow',
      ...startedBy(dataflow, taskQueue),
      workflowId: scheduleWorkflowId(key, name),
      args: [scheduledRequest(key, name, spec)],
      memo: { [WRITTEN]: compactSchedule(spec), [OWN_QUEUE]: dataflow.taskQueue },
      staticSummary: key.slice(0, 190),
      staticDetails: `**Dataflow run** of \`${key}\`\n\nStarted by ${scheduleTitle(key, name)}.`,
      ...(attributes && { typedSearchAttributes: attributes }),
    },
    policies: {
      overlap: OVERLAP[overlapOf(spec, dataflow)],
      pauseOnFailure: spec.pauseOnFailure,
      ...(catchup !== null && { catchupWindow: parseDuration(catchup, 'catchUpWindow') }),
    },
  };
}

/** What a dataflow's schedule starts, and where. */
const startedBy = ({ workflowType, taskQueue }: Dataflow, defaultQueue: string) => ({
  workflowType: workflowType ?? DATAFLOW_RUN,
  taskQueue: taskQueue ?? defaultQueue,
});

/** The schedule as it is, starting what its dataflow has become. */
export function following(
  { action, ...schedule }: ScheduleDescription,
  dataflow: Dataflow,
  defaultQueue: string,
): ScheduleUpdateOptions<ScheduleOptionsStartWorkflowAction<Workflow>> {
  const memo = { ...action.memo, [OWN_QUEUE]: dataflow.taskQueue };
  return { ...schedule, action: { ...action, ...startedBy(dataflow, defaultQueue), memo } };
}

/** When it fires. */
export function temporalSpec(spec: ScheduleSpec): TemporalSpec {
  const { cron, interval, calendar, skip, timeZone, startAt, endAt, jitter } = spec;
  return {
    cronExpressions: cron,
    intervals: interval.map(({ every, offset }) => ({
      every: parseDuration(every, 'interval.every'),
      ...(offset !== null && { offset: parseDuration(offset, 'interval.offset') }),
    })),
    calendars: calendar.map(toCalendar),
    skip: skip.map(toCalendar),
    timezone: timeZone,
    ...(startAt !== null && { startAt: new Date(startAt) }),
    ...(endAt !== null && { endAt: new Date(endAt) }),
    ...(jitter !== null && { jitter: parseDuration(jitter, 'jitter') }),
  };
}

function toCalendar(input: CalendarInput): CalendarSpec {
  const fields = CALENDAR_FIELDS.map((field) => {
    const ranges = rangesOf(input, field);
    return [field, ranges === null ? '*' : ranges?.map((range) => named(field, range))] as const;
  });
  const given = fields.filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(input.comment != null && { comment: input.comment }) };
}

/** Temporal's client wants months and days by their names. */
function named(field: CalendarField, { start, end, step }: NumberRange): object {
  if (field === 'month') return { start: MONTHS[start - 1], end: MONTHS[end - 1], step };
  if (field === 'dayOfWeek') return { start: WEEKDAYS[start], end: WEEKDAYS[end], step };
  return { start, end, step };
}
