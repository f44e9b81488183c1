// Schedules as they are written, and the partition that a time stands for.

import { InvalidArgumentError } from '../../src';
import {
  checkScheduleFor,
  compactSchedule,
  overlapOf,
  parseSchedule,
  parseTemplate,
  partitionAt,
  resolveScheduled,
  scheduledRequest,
  scheduleId,
} from '../../src/domain/schedule';

const at = (time: string): Date => new Date(time);

test.each([
  ['date={day-1}', '2019-01-01T06:00:00Z', 'UTC', 'date=2018-12-31'],
  ['date={day}', '2019-01-01T23:30:00Z', 'Europe/Berlin', 'date=2019-01-02'],
  ['date={day:basic}', '2019-01-01T23:30:00Z', 'America/New_York', 'date=20190101'],
  ['region=eu/hour={hour}', '2019-01-01T05:59:59Z', 'UTC', 'region=eu/hour=2019-01-01T05'],
  ['hour={hour-1:basic}', '2019-01-01T00:10:00Z', 'UTC', 'hour=2018123123'],
  ['hour={hour}', '2019-01-01T00:40:00Z', 'Asia/Kolkata', 'hour=2019-01-01T06'],
  ['week={week-1}', '2019-01-07T00:00:00Z', 'UTC', 'week=2019-W01'],
  ['month={month-1}', '2019-03-31T12:00:00Z', 'UTC', 'month=2019-02'],
  ['year={year+1}', '2019-12-31T23:30:00Z', 'Europe/Berlin', 'year=2021'],
  ['year={year}/month={month}', '2019-02-03T00:00:00Z', 'UTC', 'year=2019/month=2019-02'],
  ['region=eu', '2019-02-03T00:00:00Z', 'UTC', 'region=eu'],
])('%s at %s in %s is %s', (template, time, zone, partition) => {
  expect(partitionAt(template, at(time), zone)).toBe(partition);
});

test('a change of the clock: days are the calendar’s, hours those that have passed', () => {
  // Berlin, 31 March 2019: 01:59 is followed by 03:00.
  expect(partitionAt('{hour}', at('2019-03-31T01:00:00Z'), 'Europe/Berlin')).toBe('2019-03-31T03');
  expect(partitionAt('{hour-1}', at('2019-03-31T01:00:00Z'), 'Europe/Berlin')).toBe('2019-03-31T01');
  // Midnight of the day after is 23 hours later, and the day before it is that day all the same.
  expect(partitionAt('{day-1}', at('2019-03-31T22:00:00Z'), 'Europe/Berlin')).toBe('2019-03-31');
  // 27 October 2019: 02:00 to 02:59 comes twice.
  expect(partitionAt('{hour}', at('2019-10-27T00:30:00Z'), 'Europe/Berlin')).toBe('2019-10-27T02');
  expect(partitionAt('{hour}', at('2019-10-27T01:30:00Z'), 'Europe/Berlin')).toBe('2019-10-27T02');
  expect(partitionAt('{day-1}', at('2019-10-27T23:00:00Z'), 'Europe/Berlin')).toBe('2019-10-27');
});

test.each(['date={dya}', 'date={day', 'date=day}', 'date={}', 'date={day-}', 'date={day:x}', '', ' date={day}'])(
  'the template %j is refused by its field',
  (template) => {
    expect(() => parseTemplate(template)).toThrow(expect.objectContaining({ details: { field: 'partition' } }));
  },
);

test('a schedule is read as it is written, and once more from what is kept of it', () => {
  const written = {
    cron: '0 6 * * *',
    interval: { every: '1 hour', offset: '10 min' },
    calendar: [{ hour: [{ start: 8, end: 18, step: 2 }], dayOfWeek: { start: 'mon', end: 'FRIDAY' } }, { month: 2 }],
    skip: { month: 'DECEMBER', dayOfMonth: 25, hour: '*' },
    timeZone: 'Europe/Berlin',
    startAt: '2019-01-01T00:00:00+01:00',
    overlap: 'bufferOne',
    catchUpWindow: '1 hour',
    partition: 'date={day-1}',
    deadline: '6 hours',
  } as const;
  const spec = parseSchedule(written);
  expect(spec).toMatchObject({
    cron: ['0 6 * * *'],
    interval: [{ every: '1 hour', offset: '10 min' }],
    calendar: written.calendar,
    skip: [written.skip],
    startAt: '2018-12-31T23:00:00.000Z',
    endAt: null,
    deadline: { after: '6 hours', action: 'expire' },
  });
  expect(parseSchedule(compactSchedule(spec))).toEqual(spec);
  expect(Object.keys(compactSchedule(parseSchedule({ cron: '@daily' })))).toEqual(['cron', 'timeZone']);
});

test.each<[object, string]>([
  [{}, 'cron'],
  [{ cron: '' }, 'cron'],
  [{ cron: [] }, 'cron'],
  [{ cron: ['0 6 * * *', 7] }, 'cron.1'],
  [{ cron: 'TZ=Europe/Berlin 0 6 * * *' }, 'cron'],
  [{ interval: { every: '1 fortnight' } }, 'interval.every'],
  [{ interval: { every: '100 ms' } }, 'interval.every'],
  [{ interval: [{ every: '1 hour' }, { every: '1 hour', offset: '1 hour' }] }, 'interval.1.offset'],
  [{ interval: { evry: '1 hour' } }, 'interval.evry'],
  [{ calendar: { hour: 24 } }, 'calendar.hour'],
  [{ calendar: [{ hour: 24 }] }, 'calendar.0.hour'],
  [{ calendar: [{ dayOfWeek: 'FUNDAY' }] }, 'calendar.0.dayOfWeek'],
  [{ calendar: [{ hour: { start: 9, end: 8 } }] }, 'calendar.0.hour'],
  [{ calendar: [{ hour: { start: 9, end: 18, stp: 2 } }] }, 'calendar.0.hour'],
  [{ calendar: [{ hours: 1 }] }, 'calendar.0.hours'],
  [{ calendar: 'daily' }, 'calendar'],
  [{ cron: '@daily', skip: [{ minute: -1 }] }, 'skip.0.minute'],
  [{ cron: '@daily', timeZone: 'Middle/Earth' }, 'timeZone'],
  [{ cron: '@daily', timeZone: '+01:00' }, 'timeZone'],
  [{ cron: '@daily', startAt: '2019-01-01' }, 'startAt'],
  [{ cron: '@daily', startAt: '2019-01-02T00:00:00Z', endAt: '2019-01-01T00:00:00Z' }, 'endAt'],
  [{ cron: '@daily', overlap: 'queue' }, 'overlap'],
  [{ cron: '@daily', catchUpWindow: '1 s' }, 'catchUpWindow'],
  [{ cron: '@daily', jitter: 5 }, 'jitter'],
  [{ cron: '@daily', partition: 'date={days}' }, 'partition'],
  [{ cron: '@daily', dependencyCheck: 'sourceIds' }, 'dependencyCheck'],
  [{ cron: '@daily', deadline: { after: 'soon' } }, 'deadline.after'],
  [{ cron: '@daily', catchupWindow: '1 hour' }, 'catchupWindow'],
])('%j is refused with field %s', (schedule, field) => {
  expect(() => parseSchedule(schedule)).toThrow(InvalidArgumentError);
  expect(() => parseSchedule(schedule)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ field }) }),
  );
});

test.each([5, '2020-01-01', 'noon'])('endAt %j is refused in its own words', (endAt) => {
  expect(() => parseSchedule({ cron: '@daily', endAt: endAt as string })).toThrow(
    `The schedule is refused: endAt must be a time with its zone, in ISO 8601: 2019-01-01T06:00:00Z. Got ${JSON.stringify(endAt)}.`,
  );
});

test('partitions are slots of their own: by default they overlap, and runs of one slot do not', () => {
  const daily = parseSchedule({ cron: '@daily' });
  expect([true, false].map((partitioned) => overlapOf(daily, { partitioned }))).toEqual(['allowAll', 'skip']);
});

test('pauseOnFailure is refused where Temporal never learns of a failure: with allowAll, chosen or by default', () => {
  const check = (schedule: object, partitioned: boolean) => () =>
    checkScheduleFor(parseSchedule({ cron: '@daily', pauseOnFailure: true, partition: '{day}', ...schedule }), {
      key: 'rz:a',
      partitioned,
    });
  for (const refused of [
    check({}, true),
    check({ overlap: 'allowAll' }, true),
    check({ overlap: 'allowAll' }, false),
  ]) {
    expect(refused).toThrow(InvalidArgumentError);
    expect(refused).toThrow(expect.objectContaining({ details: { field: 'overlap' } }));
  }
  for (const taken of [check({}, false), check({ overlap: 'bufferAll' }, true)]) expect(taken).not.toThrow();
  expect(check({ pauseOnFailure: false }, true)).not.toThrow();
});

test('no two schedules of any dataflows have one ID', () => {
  expect(scheduleId('rz:a', '')).toBe('dlc:rz:a');
  expect(scheduleId('rz:a', 'end of month/eu')).toBe('dlc:rz:a@end%20of%20month%2Feu');
  expect(scheduleId('rz:a~b', '')).not.toBe(scheduleId('rz:a', 'b'));
});

test('a request gets its partition once, from the time that it fired for', () => {
  const request = scheduledRequest('rz:a', 'daily', parseSchedule({ cron: '@daily', partition: 'date={day-1}' }));
  expect(request).toMatchObject({ dataflow: 'rz:a', wait: true, by: 'schedule daily' });
  const resolved = resolveScheduled(request, () => at('2019-01-02T00:00:00Z'));
  expect(resolved).toMatchObject({ partitionKey: 'date=2019-01-01', scheduled: { at: '2019-01-02T00:00:00.000Z' } });
  // As it goes on after a continue-as-new.
  expect(resolveScheduled(resolved, () => at('2020-01-02T00:00:00Z'))).toBe(resolved);
  const plain = { dataflow: 'rz:a' };
  expect(resolveScheduled(plain, () => at('2020-01-02T00:00:00Z'))).toBe(plain);
});
