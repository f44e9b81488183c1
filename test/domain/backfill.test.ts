// The partitions of a backfill, and what it does with each.

import { checkUsual, partitionsOfRange, planPartition } from '../../src/domain/backfill';
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

test('a longer period is all that lies in it; a week is where most of its days are', () => {
  const weeks = (from: string, to: string) => range(from, to, '{week}');
  // Its first day is the last one of 2018.
  expect(weeks('2019', '2019')).toEqual([...Array(52).keys()].map((at) => `2019-W${String(at + 1).padStart(2, '0')}`));
  expect(weeks('2020', '2020').at(-1)).toBe('2020-W53');
  expect(weeks('2019-01', '2019-01')).toEqual(['2019-W01', '2019-W02', '2019-W03', '2019-W04', '2019-W05']);
  expect(weeks('2019-02', '201902')).toEqual(['2019-W06', '2019-W07', '2019-W08', '2019-W09']);
  expect(weeks('2019-W50', '2020-01')).toEqual(['2019-W50', '2019-W51', '2019-W52', ...weeks('2020-01', '2020-01')]);
  const months = [...Array(24).keys()].map((at) => `${String(2019 + Math.floor(at / 12))}-${String((at % 12) + 1)}`);
  const each = months.map((month) => month.replace(/-(\d)$/, '-0$1')).flatMap((month) => weeks(month, month));
  expect(each).toEqual(weeks('2019', '2020'));
  expect(range('2019-W01', '2019-W02', 'date={day}')).toHaveLength(14);
  expect(range('2019-W01', '2019-W01', '{hour}')[0]).toBe('2018-12-31T00');
});

test.each([
  ['{hour}', 'must be a period: 2019-01-01T05, 2019-01-01, 2019-W01, 2019-01 or 2019'],
  ['{day}', 'must be a day, week, month or year: 2019-01-01, 2019-W01, 2019-01 or 2019'],
  ['{week}', 'must be a week, month or year: 2019-W01, 2019-01 or 2019'],
  ['{month}', 'must be a month or year: 2019-01 or 2019'],
  ['{year}', 'must be a year: 2019'],
])('a refusal for %s names what is taken: each of that is', (partition, told) => {
  expect(() => range('soon', '2019', partition)).toThrow(`from ${told}. Got "soon".`);
  const forms = told.split(': ')[1]!.split(/, | or /);
  for (const form of forms) expect(range(form, '2019', partition)).not.toEqual([]);
});

test.each<[string, string, string | null, string]>([
  ['2019-02-30', '2019-03-01', null, 'from'],
  ['yesterday', '2019-03-01', null, 'from'],
  ['2019-03-01', '2019-02-01', null, 'to'],
  ['2019-03-01', 'soon', null, 'to'],
  ['1999-01-01', '2099-01-01', null, 'to'],
  ['2019-03-01T00', '2019-03-01', 'date={day}', 'from'],
  ['2019-01-01', '2019-02', 'week={week}', 'from'],
  ['2019-W01', '2019-W02', 'month={month}', 'from'],
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

test.each([
  ['month=2019-01', 'date=2019-01-31', 'date={day}'],
  ['date=2019-01-01', 'date=20190131', 'date={day:basic}'],
  ['date=2019-01-01', 'region=eu/date=2019-01-31', 'region=eu/date={day}'],
  ['date=2019-01-01', 'year=2019/month=2019-01', undefined],
  ['date=2019-01-01', 'batch=a-1', undefined],
])('%s is not named as %s is', (sample, newest, template) => {
  expect(() => checkUsual(sample, newest)).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      details: { field: 'partition', newest, sample, ...(template && { template }) },
    }) as Error,
  );
});

test('partitions of other periods are named alike', () => {
  expect(() => checkUsual('date=2019-01-01', 'date=2023-12-31')).not.toThrow();
});
