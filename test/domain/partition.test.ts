// Partition mappings: which slots a source run feeds.

import fc from 'fast-check';
import { checkMapping, mapPartition, mayProduce, parseMapping, producedForm } from '../../src/domain/partition';
import { fanOut, formatPeriod, parsePeriod, PERIODS, rollUp } from '../../src/domain/partition/period';

const map = (mapping: string, partition: string | null) => mapPartition(parseMapping(mapping), partition);

test.each([
  ['same', 'date=2019-01-01', ['date=2019-01-01']],
  ['all', 'date=2019-01-01', ['']],
  ['none', 'date=2019-01-01', ['']],
  ['hour→day', 'hour=2019-01-01T05', ['hour=2019-01-01']],
  ['hour->day as date', 'hour=2019-01-01T05', ['date=2019-01-01']],
  ['hour→day as import_date', 'region=eu/h=2019-01-01-23', ['region=eu/import_date=2019-01-01']],
  ['hour→month', '2019-12-31T23', ['2019-12']],
  ['hour→year', 'h=2019123123', ['h=2019']],
  ['day→week', 'date=2018-12-31', ['date=2019-W01']],
  ['day→week', 'date=2021-01-03', ['date=2020-W53']],
  ['hour→week as week', 'hour=2024-12-30T00', ['week=2025-W01']],
  ['day→month', 'dt=20190215', ['dt=201902']],
  ['month→year', 'm=2019-02', ['m=2019']],
  ['keep:date', 'region=eu/date=2019-01-01', ['date=2019-01-01']],
  ['keep:date,region', 'region=eu/date=2019-01-01/hour=05', ['date=2019-01-01/region=eu']],
])('%s takes %s to %j', (mapping, partition, slots) => {
  expect(map(mapping, partition)).toEqual(slots);
});

test('a coarser source feeds each finer slot once', () => {
  const february = map('month→day as date', 'region=eu/m=2020-02')!;
  expect(february).toHaveLength(29);
  expect([february[0], february.at(-1)]).toEqual(['region=eu/date=2020-02-01', 'region=eu/date=2020-02-29']);
  expect(map('week→day', 'w=2020-W53')).toEqual(
    ['2020-12-28', '2020-12-29', '2020-12-30', '2020-12-31', '2021-01-01', '2021-01-02', '2021-01-03'].map(
      (day) => `w=${day}`,
    ),
  );
  expect(map('day→hour', '2019-01-01')).toHaveLength(24);
  expect(map('year→month', '2019')!.at(-1)).toBe('2019-12');
  expect(new Set(map('year→day', '2000')).size).toBe(366);
});

test.each([
  ['hour→day', null],
  ['hour→day', 'date=2019-01-01'],
  ['day→month', 'date=2019-02-29'],
  ['day→month', 'date=2019-13-01'],
  ['day→month', 'date=yesterday'],
  ['week→day', 'w=2019-W53'],
  ['week→day', 'w=2019-W00'],
  ['hour→day', 'h=2019-01-01T24'],
  ['year→month', 'y=0019'],
  ['keep:date', 'day=2019-01-01'],
  ['same', null],
])('%s takes no %j', (mapping, partition) => {
  expect(map(mapping, partition)).toBeUndefined();
});

test.each([
  '',
  'daily',
  'hour→',
  'hour→minute',
  'day→day',
  'week→month',
  'month→week',
  'year→hour',
  'keep:',
  'keep:a,a',
])('the mapping %j is refused', (text) => {
  expect(() => parseMapping(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: 'partition' } }),
  );
});

test('a mapping has to suit its target', () => {
  for (const mapping of ['all', 'none'] as const) {
    expect(() => checkMapping(mapping, true)).toThrow('runs per partition');
    expect(() => checkMapping(mapping, false)).not.toThrow();
  }
  for (const mapping of ['same', 'hour→day', 'keep:date'] as const) {
    expect(() => checkMapping(mapping, false)).toThrow("doesn't run per partition");
    expect(() => checkMapping(mapping, true)).not.toThrow();
  }
});

const moment = fc.date({ min: new Date('1001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });

test('every period is read as it is written, and lies in exactly one of the coarser ones that are made of it', () => {
  fc.assert(
    fc.property(moment, fc.constantFrom(...PERIODS), fc.boolean(), (at, unit, basic) => {
      const hour = { unit: 'hour' as const, start: new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000), basic };
      const period = rollUp(hour, unit);
      // The year has no separators to leave out.
      const read = parsePeriod(formatPeriod(period), unit);
      expect(read).toEqual({ ...period, basic: unit === 'year' ? false : basic });
      expect(rollUp(period, unit)).toEqual(period);
      const days = fanOut(period, unit === 'hour' ? 'hour' : 'day');
      for (const day of days) expect(rollUp(day, unit)).toEqual(period);
      expect(days.filter(({ start }) => start <= hour.start).length).toBeGreaterThan(0);
    }),
  );
});

const MAPPINGS = [
  'same',
  ...PERIODS.flatMap((from) => PERIODS.flatMap((to) => [`${from}→${to}`, `${from}→${to} as date`])),
  'keep:date',
  'keep:region,date',
].filter((text) => {
  try {
    return parseMapping(text) !== undefined;
  } catch {
    return false;
  }
});

/** One to three parts, named or not, most of them periods. */
const partition = fc
  .array(
    fc.record({
      name: fc.constantFrom('', 'date=', 'region=', 'h='),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.tuple(moment, fc.constantFrom(...PERIODS), fc.boolean()).map(written) },
        fc.constantFrom('eu', '2019-01-01-05', '7', 'a=b'),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.map(({ name, value }) => `${name}${value}`).join('/'));

function written([at, unit, basic]: [Date, (typeof PERIODS)[number], boolean]): string {
  return formatPeriod(rollUp({ unit: 'hour', start: at, basic }, unit));
}

test('whatever a mapping makes of a partition, it may make', () => {
  let made = 0;
  fc.assert(
    fc.property(fc.constantFrom(...MAPPINGS), partition, (mapping, from) => {
      const slots = map(mapping, from) ?? [];
      made += slots.length;
      for (const slot of slots) expect([slot, mayProduce(parseMapping(mapping), slot)]).toEqual([slot, true]);
    }),
    { numRuns: 1000 },
  );
  expect(made).toBeGreaterThan(100);
  for (const mapping of ['all', 'none'] as const) expect(mayProduce(mapping, '')).toBe(true);
});

test.each([
  ['hour→day', 'hour=2019-01-01T05'],
  ['hour→day as date', 'day=2019-01-01'],
  ['hour→day as date', 'nonsense'],
  ['hour→day', 'date=2019-01-01/hour=2019-01-01T05'],
  ['day→hour', 'hour=2019-01-01-05'],
  ['month→day', 'month=2019-02'],
  ['day→week', 'week=2019-W53'],
  ['day→day as date', 'import_date=2019-01-01'],
  ['keep:date', 'region=eu/date=2019-01-01'],
  ['keep:date,region', 'region=eu/date=2019-01-01'],
  ['keep:a,b', 'a,b=1'],
  ['same', ''],
  ['all', 'date=2019-01-01'],
])('%s never makes %j', (mapping, slot) => {
  expect(mayProduce(parseMapping(mapping), slot)).toBe(false);
});

test('what a mapping makes is told with an example of it', () => {
  for (const mapping of MAPPINGS.map((text) => parseMapping(text))) {
    const [, example] = /such as (.+)$/.exec(producedForm(mapping)) ?? [];
    if (example !== undefined) expect(mayProduce(mapping, example)).toBe(true);
  }
  expect(producedForm('hour→day as date')).toBe('a part named date that is a day, such as date=2019-01-01');
  expect(producedForm('day→week')).toBe('a part that is a week, such as week=2019-W01');
  expect(producedForm('keep:date,region')).toBe('the parts date, region and no others, in this order');
});
