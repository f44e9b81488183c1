// A schedule as people write it: in `dlc.yaml`, through the client, or in options of `dlc schedule`. Its entries are what
// Temporal's are; what Temporal only says when it is too late is refused here, with the field's name.

import { z } from 'zod';
import { parseDuration } from '../duration';
import { InvalidArgumentError } from '../errors';
import { flag, oneOf, oneOrMany, optional, parseInput, refusedBy, strictObject, text } from '../parse';
import { ruleOr } from '../rule';
import { durationText, policyFields, wholeNumber } from '../start/policy';
import { calendarSchema } from './calendar';
import { parseTemplate } from './template';
import { checkTimeZone } from './time-zone';

/** What becomes of a time whose run before is still open. */
export const OVERLAPS = ['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'terminateOther', 'allowAll'] as const;
export type Overlap = (typeof OVERLAPS)[number];

const MAX_ENTRIES = 20;
const MIN_CATCH_UP_MS = 10_000;

const cron = text('cron', 255).refine(
  (expression) => !/^\s*(CRON_TZ|TZ)=/.test(expression),
  'cron must not name a time zone: set timeZone instead.',
);

const interval = strictObject(
  {
    /** `1 hour`: at every full hour, counted from the beginning of 1970 (UTC). */
    every: durationText('interval.every'),
    /** … and so much later. */
    offset: optional(durationText('interval.offset')),
  },
  `interval must be an object such as { "every": "1 hour", "offset": "10 min" }.`,
).superRefine(({ every, offset }, context) => {
  const length = parseDuration(every, 'interval.every');
  const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
  if (length < 1000) refuse('every', 'interval.every must be 1 second at least.');
  if (offset !== null && parseDuration(offset, 'interval.offset') >= length) {
    refuse('offset', 'interval.offset must be less than interval.every.');
  }
});

const time = (field: string) => {
  const error = `${field} must be a time with its zone, in ISO 8601: 2019-01-01T06:00:00Z.`;
  return z
    .union([z.date(), z.iso.datetime({ offset: true, error, abort: true })], { error })
    .transform((value) => new Date(value).toISOString());
};

export const scheduleSchema = strictObject(
  {
    /** Any time of any of them, by the clock of `timeZone`. Unlike in crontab, day of month and day of week must both match. */
    cron: oneOrMany(cron, 'cron', MAX_ENTRIES),
    interval: oneOrMany(interval, 'interval', MAX_ENTRIES),
    calendar: oneOrMany(calendarSchema, 'calendar', MAX_ENTRIES),
    /** Times that match one of these are left out. */
    skip: oneOrMany(calendarSchema, 'skip', MAX_ENTRIES),
    /** IANA name. Default: `UTC`. */
    timeZone: z
      .string('timeZone must be text.')
      .transform(refusedBy((zone: string) => checkTimeZone(zone)))
      .nullish()
      .transform((zone) => zone ?? 'UTC'),
    startAt: optional(time('startAt')),
    endAt: optional(time('endAt')),
    /** Each time is put off by a random length up to this one. */
    jitter: optional(durationText('jitter')),
    /** Default: `allowAll` for a dataflow that runs per partition, else `skip`. */
    overlap: optional(oneOf('overlap', OVERLAPS)),
    /** How late a time that Temporal missed (it was down) may still be made up for. Default: the server's own, one year. */
    catchUpWindow: optional(
      durationText('catchUpWindow').refine(
        (value) => parseDuration(value, 'catchUpWindow') >= MIN_CATCH_UP_MS,
        'catchUpWindow must be 10 seconds at least.',
      ),
    ),
    /** A run that fails pauses the schedule: not with `allowAll`, where Temporal doesn't wait for what it has started. */
    pauseOnFailure: flag('pauseOnFailure')
      .nullish()
      .transform((pause) => pause ?? false),
    /** The run's partition, from the time that it is for: `date={day-1}`. */
    partition: optional(
      text('partition', 480).transform(
        refusedBy((template: string) => {
          parseTemplate(template);
          return template;
        }),
      ),
    ),
    /** Of its runs, instead of the dataflow's own: see the options of a start. */
    dependencyCheck: optional(ruleOr('dependencyCheck', ['all', 'any', 'ignore'])),
    priority: optional(wholeNumber('priority', -1_000_000)),
    deadline: policyFields('').deadline,
    startBy: policyFields('').startBy,
  },
  `A schedule must be an object such as { "cron": "0 6 * * *", "timeZone": "Europe/Berlin" }.`,
).superRefine(({ cron: expressions, interval: intervals, calendar, startAt, endAt }, context) => {
  const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
  if (expressions.length + intervals.length + calendar.length === 0) {
    refuse('cron', 'A schedule must say when: give it cron, interval or calendar.');
  }
  if (startAt !== null && endAt !== null && endAt < startAt) refuse('endAt', 'endAt must not be before startAt.');
});

/** A schedule as it is written: all but one of `cron`, `interval` and `calendar` may be left out. */
export type ScheduleInput = z.input<typeof scheduleSchema>;
export type ScheduleSpec = z.output<typeof scheduleSchema>;

/** @throws InvalidArgumentError */
export function parseSchedule(value: unknown): ScheduleSpec {
  return parseInput(scheduleSchema, value, 'The schedule');
}

/** Only what was set. It parses to the same schedule. */
export function compactSchedule(spec: ScheduleSpec): ScheduleInput {
  const given = Object.entries(spec).filter(
    ([, value]) => value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(given);
}

/** @throws InvalidArgumentError for a schedule that doesn't suit its dataflow. */
export function checkScheduleFor(
  spec: ScheduleSpec,
  { key, partitioned }: { readonly key: string; readonly partitioned: boolean },
): void {
  if (partitioned && spec.partition === null) {
    throw new InvalidArgumentError(
      `${key} runs per partition: say with partition which one each run is for, for example date={day-1} for the day before.`,
      { field: 'partition' },
    );
  }
  // Temporal doesn't watch what a schedule with allowAll has started, so it never learns of a failure.
  if (spec.pauseOnFailure && overlapOf(spec, { partitioned }) === 'allowAll') {
    const why = spec.overlap === null ? `, which is the default of a dataflow that runs per partition` : '';
    throw new InvalidArgumentError(
      `With overlap allowAll${why}, a run that fails pauses nothing: give pauseOnFailure another overlap, for example bufferAll, or leave it out.`,
      { field: 'overlap' },
    );
  }
}

/** Partitions are slots of their own: one that still waits for its data is no reason to leave out the next one. */
export const overlapOf = ({ overlap }: ScheduleSpec, { partitioned }: { readonly partitioned: boolean }): Overlap =>
  overlap ?? (partitioned ? 'allowAll' : 'skip');
