// The partitions of a backfill, and what it does with each.

import { partitionsOfRange, planPartition } from '../../src/domain/backfill';
import { runId } from '../../src/domain/ids';

const range = (from: string, to: string, partition: string | null = null) => partitionsOfRange({ from, to, partition });

test('a range is each of its periods, named as the template says', () => {
  expect(range('2019-02-27', '2019-03-02')).toEqual(
    [27, 28].map((d) => `date=2019-02-${String(d)}`).concat('date=2019-03-01', 'date=2019-03-02'),
  );
  expect(range('2019-01', '2019-02', 'region=eu/day={day:basic}')).toHaveLength(59);
  expect(range('2019-01-01T22', '2019-01-02T01', '{hour}')).toEqual([
    ...['2019-01-01T22', '2019-01-01T23', '2019-01-02T00', '2019-01-02T01'],
  ]);
  expect(range('2019-12', '2020-01', 'year={year}/month={month}')).toEqual([
    'year=2019/month=2019-12',
    'year=2020/month=2020-01',
  ]);
  expect(range('2019-W52', '2020-W02')).toEqual(['week=2019-W52', 'week=2020-W01', 'week=2020-W02']);
  expect(range('2019', '2019')).toEqual(['year=2019']);
  expect(range('20190101', '20190101')).toEqual(['date=2019-01-01']);
});

test.each<[string, string, string | null, string]>([
  ['2019-02-30', '2019-03-01', null, 'from'],
  ['yesterday', '2019-03-01', null, 'from'],
  ['2019-03-01', '2019-02-01', null, 'to'],
  ['2019-03-01', 'soon', null, 'to'],
  ['1999-01-01', '2099-01-01', null, 'to'],
  ['2019-03-01T00', '2019-03-01', 'date={day}', 'from'],
  ['2019-01', '2019-02', 'week={week}', 'from'],
  ['2019-03-01', '2019-03-02', 'date={day-1}', 'partition'],
  ['2019-03-01', '2019-03-02', 'region=eu', 'partition'],
  ['2019-W01', '2019-W02', '{week}/{month}', 'partition'],
])('from %s to %s by %s is refused with field %s', (from, to, partition, field) => {
  expect(() => range(from, to, partition)).toThrow(expect.objectContaining({ details: { field } }));
});

const run = (state: 'success' | 'error' | 'waiting', succeeded: boolean) => ({
  newest: { runId: runId('r'), state },
  succeeded,
});

test.each([
  ['never run', undefined, ['new', 'new', 'new']],
  ['succeeded', run('success', true), ['skip', 'skip', 'replay']],
  ['failed', run('error', false), ['retry', 'retry', 'retry']],
  ['succeeded, and failed since', run('error', true), ['skip', 'retry', 'retry']],
  ['open', run('waiting', false), ['taken', 'taken', 'taken']],
])('a partition that was %s', (_, runs, expected) => {
  const planned = (['missing', 'failed', 'all'] as const).map((rerun) => planPartition('p', runs, rerun));
  expect(planned.map((each) => (each.action === 'run' ? (each.cause ?? 'new') : each.action))).toEqual(expected);
});
