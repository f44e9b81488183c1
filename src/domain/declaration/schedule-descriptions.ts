// What the fields of a schedule are for, as an editor shows it.

import { CALENDAR_FIELDS } from '../schedule';

type Described = [path: string, text: string];

/** What a list may hold, its only entry may be alone: both have the same fields. */
const aloneOrListed = (path: string, fields: readonly Described[]): Described[] =>
  [path, `${path}.*`].flatMap((prefix) => fields.map(([name, text]): Described => [`${prefix}.${name}`, text]));

const RANGE: readonly Described[] = [
  ['start', 'The first one.'],
  ['end', 'The last one. Default: the first.'],
  ['step', 'Every so many of them. Default: 1.'],
];

const CALENDAR: readonly Described[] = [
  ...CALENDAR_FIELDS.flatMap((field): Described[] => [
    [field, `A value, a range, a list of these, or '*'. All fields must match.`],
    ...aloneOrListed(field, RANGE),
  ]),
  ['comment', 'For whoever reads it.'],
];

const INTERVAL: readonly Described[] = [
  ['every', 'For example 1 hour: at every full hour, counted from the beginning of 1970 (UTC).'],
  ['offset', '… and so much later.'],
];

export const SCHEDULE: readonly Described[] = [
  ['cron', 'minute hour day-of-month month day-of-week, or a list of such. Both days must match, unlike in crontab.'],
  ['interval', 'Every so often, or a list of such.'],
  ...aloneOrListed('interval', INTERVAL),
  ['calendar', 'Times by the fields of the calendar, or a list of such.'],
  ...aloneOrListed('calendar', CALENDAR),
  ['skip', 'Times that are left out, written as calendar is.'],
  ...aloneOrListed('skip', CALENDAR),
  ['timeZone', 'Whose clock counts, for example Europe/Berlin. Default: UTC.'],
  ['startAt', 'From this time on.'],
  ['endAt', 'Until this time.'],
  ['jitter', 'Each time is put off by a random length up to this one.'],
  [
    'overlap',
    'What becomes of a time whose run before is still open. Default: allowAll where it runs per partition, else skip.',
  ],
  ['catchUpWindow', 'How late a time that was missed may still be made up for.'],
  ['pauseOnFailure', 'true: a run that fails pauses the schedule; with another overlap than allowAll.'],
  ['partition', "The run's partition, by its time: date={day-1}, hour={hour}, month={month-1}, …"],
  ['dependencyCheck', "Instead of the dataflow's own rule: all, any, ignore, or a nested rule."],
  ['priority', 'Among partitions that wait for a place, the highest goes first.'],
  ['deadline', 'How long its run may wait for its sources.'],
  ['deadline.after', 'Since the run opened.'],
  ['deadline.action', 'What it does then: expire (default), or start with what is there.'],
  ['startBy', 'A run that has not started by then is told of, and waits on.'],
];
