// The options of a schedule, and the schedule that they make.

import type { Command } from 'commander';
import { definedOf } from '../../domain/defined';
import { InvalidArgumentError } from '../../domain/errors';
import { OVERLAPS } from '../../domain/schedule';
import type { CalendarInput, IntervalChange, Overlap, ScheduleChange, ScheduleInput } from '../../domain/schedule';
import { DEADLINE_ACTIONS } from '../../domain/start/policy';
import type { DeadlineAction } from '../../domain/start/policy';
import { choiceOrEmpty, collect, jsonObject, number, orEmpty, rule } from '../options';
import { deadlineChangeOf, deadlineOf } from '../policy-options';

export interface SpecOptions {
  readonly cron?: string[];
  readonly every?: string;
  readonly offset?: string;
  readonly calendar?: (CalendarInput | '')[];
  readonly skip?: (CalendarInput | '')[];
  readonly timeZone?: string;
  readonly startAt?: string;
  readonly endAt?: string;
  readonly jitter?: string;
  readonly overlap?: Overlap | '';
  readonly catchUpWindow?: string;
  readonly pauseOnFailure?: boolean;
  readonly partition?: string;
  readonly dependencyCheck?: ScheduleInput['dependencyCheck'] | '';
  readonly priority?: number | '';
  readonly deadline?: string;
  readonly deadlineAction?: DeadlineAction | '';
  readonly startBy?: string;
}

export function addSpecOptions(command: Command): Command {
  return command
    .option('--cron <expression>', 'minute hour day-of-month month day-of-week; repeatable', collect)
    .option('--every <duration>', 'for example "1 hour"')
    .option('--offset <duration>', 'so much later than the full --every')
    .option('--calendar <json>', 'for example {"hour":6,"dayOfWeek":"MONDAY"}, or @FILE; repeatable', calendars)
    .option('--skip <json>', 'times to leave out, written as for --calendar; repeatable', calendars)
    .option('--time-zone <name>', 'whose clock counts, for example Europe/Berlin (default: UTC)')
    .option('--start-at <time>', 'from this time on, in ISO 8601')
    .option('--end-at <time>', 'until this time, in ISO 8601')
    .option('--jitter <duration>', 'put each time off by a random length up to this')
    .addOption(
      choiceOrEmpty(
        '--overlap <policy>',
        'what becomes of a time whose run before is still open (default: allowAll per partition, else skip)',
        OVERLAPS,
      ),
    )
    .option('--catch-up-window <duration>', 'how late a time that was missed may still be made up for')
    .option('--pause-on-failure', 'a run that fails pauses the schedule')
    .option('--no-pause-on-failure', '… or does not (default)')
    .option('--partition <template>', "the run's partition, by its time: date={day-1}, hour={hour}, month={month-1} …")
    .option(
      '--dependency-check <rule>',
      "instead of the dataflow's own rule: all, any, ignore, or a nested rule as JSON",
      orEmpty(rule(['all', 'any', 'ignore'])),
    )
    .option('--priority <number>', 'among slots that wait for a place, the highest goes first', orEmpty(number))
    .option('--deadline <duration>', 'what has not started by then, since the run opened, expires')
    .addOption(choiceOrEmpty('--deadline-action <action>', '… or starts with what is there', DEADLINE_ACTIONS))
    .option('--start-by <duration>', 'what has not started by then is told of');
}

function calendars(text: string, before: readonly (CalendarInput | '')[] = []): (CalendarInput | '')[] {
  return [...before, orEmpty(jsonObject)(text)];
}

const given = <T>(list: readonly (T | '')[] | undefined): T[] | undefined =>
  list?.filter((each): each is T => each !== '');

/** Only what was given; an empty text stands for nothing. @throws InvalidArgumentError for what means nothing alone. */
export function specOf(options: SpecOptions): ScheduleInput {
  const { every, offset } = options;
  if (offset !== undefined && !every) throw offsetAlone();
  return specWith(options, { interval: intervalOf(every, offset), deadline: deadlineOf(options) }) as ScheduleInput;
}

/** As `specOf`: a part of what the schedule has is no change of the other parts. @throws InvalidArgumentError */
export function specChangeOf(options: SpecOptions): ScheduleChange {
  const { every, offset } = options;
  if (offset !== undefined && every === '') throw offsetAlone();
  return specWith(options, { interval: intervalOf(every, offset), deadline: deadlineChangeOf(options) });
}

const offsetAlone = (): InvalidArgumentError =>
  new InvalidArgumentError('--offset is so much later than the full --every: give --every too.', {
    field: 'interval.offset',
  });

function intervalOf(every: string | undefined, offset: string | undefined): IntervalChange | '' | undefined {
  if (every === '') return every;
  if (every === undefined && offset === undefined) return undefined;
  return { ...(every !== undefined && { every }), ...(offset !== undefined && { offset: offset || null }) };
}

function specWith(options: SpecOptions, parts: object): ScheduleChange {
  const { cron, timeZone, startAt, endAt, jitter } = options;
  const { overlap, catchUpWindow, pauseOnFailure, partition, dependencyCheck, priority, startBy } = options;
  const all = {
    cron: given(cron),
    ...parts,
    ...{ calendar: given(options.calendar), skip: given(options.skip), timeZone, startAt, endAt, jitter },
    ...{ overlap, catchUpWindow, pauseOnFailure, partition, dependencyCheck, priority, startBy },
  };
  const set = Object.entries(definedOf(all));
  return Object.fromEntries(set.map(([name, value]: [string, unknown]) => [name, value === '' ? null : value]));
}
