// Schedules: when runs are asked for by the clock, and for which partition.

export { CALENDAR_FIELDS, MONTHS, rangesOf, WEEKDAYS } from './calendar';
export type { CalendarField, CalendarInput, NumberRange } from './calendar';
export { changedSchedule } from './change';
export type { IntervalChange, ScheduleChange } from './change';
export { checkScheduleName, SCHEDULE_PREFIX, scheduleId, scheduleTitle, scheduleWorkflowId } from './id';
export { resolveScheduled, scheduledRequest } from './request';
export { checkScheduleFor, compactSchedule, overlapOf, OVERLAPS, parseSchedule, scheduleSchema } from './schema';
export type { Overlap, ScheduleInput, ScheduleSpec } from './schema';
export { parseTemplate, partitionAt, partitionOf, samplePartition } from './template';
export type { TemplatePart } from './template';
