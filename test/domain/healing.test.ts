// How often a cure that is of no use is tried.

import { isWorthHealing } from '../../src/domain/healing';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

test('what was never healed is healed at once', () => {
  expect(isWorthHealing({ times: 0, agoMs: 0 }, 30 * SECOND)).toBe(true);
});

test.each([
  [1, 60],
  [2, 120],
  [5, 960],
])('after %i cures of no use there is a pause of %i seconds', (times, seconds) => {
  expect(isWorthHealing({ times, agoMs: seconds * SECOND - 1 }, 30 * SECOND)).toBe(false);
  expect(isWorthHealing({ times, agoMs: seconds * SECOND }, 30 * SECOND)).toBe(true);
});

test('the pause is an hour at most', () => {
  expect(isWorthHealing({ times: 2_000, agoMs: HOUR - 1 }, 30 * SECOND)).toBe(false);
  expect(isWorthHealing({ times: 2_000, agoMs: HOUR }, 30 * SECOND)).toBe(true);
});

test('somebody who asks for it has it done at once', () => {
  expect(isWorthHealing({ times: 9, agoMs: 0 }, 0)).toBe(true);
});
