// What a change leaves out stays, in a deadline and an interval too.

import { changedSchedule } from '../../src/domain/schedule';
import type { ScheduleChange, ScheduleInput } from '../../src/domain/schedule';
import { changedDeadline } from '../../src/domain/start';
import type { DeadlineChange } from '../../src/domain/start';

const BEFORE = { after: '6 hours', action: 'start' } as const;

test.each<[DeadlineChange, unknown]>([
  [{ after: '2 hours' }, { after: '2 hours', action: 'start' }],
  ['2 hours', { after: '2 hours', action: 'start' }],
  [{ action: 'expire' }, { after: '6 hours', action: 'expire' }],
  [
    { after: undefined, action: 'expire' },
    { after: '6 hours', action: 'expire' },
  ],
  [
    { after: '2 hours', action: null },
    { after: '2 hours', action: null },
  ],
  [null, null],
])('a deadline is changed by %j', (change, after) => {
  expect(changedDeadline(BEFORE, change)).toEqual(after);
});

test('a deadline that was not there, or is written as a length of time, is changed all the same', () => {
  expect(changedDeadline(null, '2 hours')).toEqual({ after: '2 hours' });
  expect(changedDeadline('6 hours', { action: 'start' })).toEqual({ after: '6 hours', action: 'start' });
  // For the schema to refuse.
  expect(changedDeadline(undefined, { action: 'start' })).toEqual({ action: 'start' });
  for (const strange of [7, ['2 hours']]) expect(changedDeadline(BEFORE, strange as never)).toBe(strange);
});

const HOURLY = { interval: [{ every: '1 hour', offset: '10 min' }] } as const;

test.each<[ScheduleInput, ScheduleChange, unknown]>([
  [HOURLY, { interval: { every: '2 hours' } }, { every: '2 hours', offset: '10 min' }],
  [HOURLY, { interval: { offset: '5 min' } }, { every: '1 hour', offset: '5 min' }],
  [HOURLY, { interval: { offset: null } }, { every: '1 hour', offset: null }],
  [
    { interval: { every: '1 hour', offset: '10 min' } },
    { interval: { every: '2 hours' } },
    { every: '2 hours', offset: '10 min' },
  ],
  [HOURLY, { interval: [{ every: '2 hours' }] }, [{ every: '2 hours' }]],
  [{ interval: [...HOURLY.interval, { every: '7 hours' }] }, { interval: { every: '2 hours' } }, { every: '2 hours' }],
  [{ cron: '@daily' }, { interval: { every: '2 hours' } }, { every: '2 hours' }],
  [HOURLY, { interval: null }, null],
  [HOURLY, { interval: undefined, jitter: '1 min' }, HOURLY.interval],
])('the interval of %j is changed by %j', (before, change, after) => {
  expect(changedSchedule(before, change).interval).toEqual(after);
});

test('the other fields of a schedule are replaced, or stay', () => {
  const before = { cron: ['@daily'], jitter: '1 min', deadline: BEFORE } as const;
  expect(changedSchedule(before, { cron: '@hourly', jitter: null, deadline: { action: 'expire' } })).toEqual({
    cron: '@hourly',
    jitter: null,
    deadline: { after: '6 hours', action: 'expire' },
  });
  expect(changedSchedule(before, { cron: undefined, deadline: undefined })).toEqual(before);
});
