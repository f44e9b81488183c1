// What a finished run feeds.

import type { Relation } from '../../src';
import { feedsOf, MAX_QUEUE_ROWS, slotsOf } from '../../src/domain/target-slots';

const relation = (partition: string): Relation => ({ id: 'r', targetKey: 'sz:t', partition }) as unknown as Relation;
const months = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ partitionKey: `month=${String(2000 + at)}-01`, recordCount: at }));

const slots = (to: Relation, partitionKey: string | null) => slotsOf(to, partitionKey, 'partitions');

test('every relation is fed each partition, in all of its slots', () => {
  const relations = [relation('month→day as date'), relation('all')];
  const feeds = feedsOf(relations, months(2), slots, 'partitions');
  expect(feeds).toHaveLength(2 * 31 + 2);
  expect(feeds[0]).toEqual({
    relation: relations[0],
    partitionKey: 'month=2000-01',
    recordCount: 0,
    part: 0,
    slot: 'date=2000-01-01',
  });
  expect(feeds.at(-1)).toEqual({
    relation: relations[1],
    partitionKey: 'month=2001-01',
    recordCount: 1,
    part: 1,
    slot: '',
  });
});

test('what one transaction could not write in time is refused, with what to do', () => {
  const tooMany = expect.objectContaining({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/more than 50,000 rows .* Report fewer partitions a finish/) as string,
    details: { field: 'partitions', max: MAX_QUEUE_ROWS },
  }) as Error;
  const hours = 31 * 24;
  const fits = Math.floor(MAX_QUEUE_ROWS / hours);
  expect(feedsOf([relation('month→hour')], months(fits), slots, 'partitions')).toHaveLength(fits * hours);
  expect(() => feedsOf([relation('month→hour')], months(fits + 1), slots, 'partitions')).toThrow(tooMany);
  expect(() => feedsOf(Array(60).fill(relation('same')), months(1_000), slots, 'partitions')).toThrow(tooMany);
});
