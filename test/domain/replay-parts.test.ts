// What a replay's run consumes anew of what it had consumed, and what as it was.

import { runId } from '../../src/domain/ids';
import { madeAnew } from '../../src/domain/replay-parts';
import type { PartOfRun } from '../../src/domain/replay-parts';

/** `'d=1 d=2'`: listed by a run. */
const listed = (run: string, partitions: string): PartOfRun[] =>
  partitions.split(' ').map((partitionKey) => ({ sourceRunId: runId(run), partitionKey, isListed: true }));

/** All that it left. */
const whole = (run: string, partitionKey: string | null = null): PartOfRun[] => [
  { sourceRunId: runId(run), partitionKey, isListed: false },
];

const replaced = (except: string[] = []) => [{ runId: runId('old'), by: runId('new'), except }];

const shown = (claimed: PartOfRun[], held: PartOfRun[], except?: string[]) => {
  const { anew, insteadOf } = madeAnew(claimed, held, replaced(except));
  const named = (parts: readonly PartOfRun[]) => parts.map(({ partitionKey }) => partitionKey);
  return { anew: named(anew), asItWas: named(claimed.filter((part) => !insteadOf.includes(part))) };
};

test.each([
  ['in the same order', 'd=1 d=2', 'd=1 d=2', ['d=1', 'd=2'], []],
  ['in another order', 'd=1 d=2', 'd=2 d=1', ['d=1', 'd=2'], []],
  ['fewer', 'd=1 d=2', 'd=2', ['d=2'], ['d=1']],
  ['more', 'd=2', 'd=1 d=2 d=3', ['d=2'], []],
  ['others', 'd=1', 'd=2', [], ['d=1']],
])('partitions are told by their names: %s', (_, claimed, held, anew, asItWas) => {
  expect(shown(listed('old', claimed), listed('new', held))).toEqual({ anew, asItWas });
});

test('what is all that a run left stands for all, however it is called', () => {
  expect(shown(whole('old'), whole('new'))).toEqual({ anew: [null], asItWas: [] });
  expect(shown(whole('old', 'loaded=1'), whole('new', 'loaded=2'))).toEqual({ anew: ['loaded=2'], asItWas: [] });
  expect(shown(whole('old'), listed('new', 'd=1 d=2'))).toEqual({ anew: ['d=1', 'd=2'], asItWas: [] });
  expect(shown(listed('old', 'd=1 d=2'), whole('new'))).toEqual({ anew: [null], asItWas: [] });
});

test('where just one of two runs lists its partitions, the name of the other counts', () => {
  expect(shown(whole('old', 'd=1'), listed('new', 'd=1 d=2'))).toEqual({ anew: ['d=1'], asItWas: [] });
  expect(shown(listed('old', 'd=1 d=2'), whole('new', 'd=2'))).toEqual({ anew: ['d=2'], asItWas: ['d=1'] });
});

test('what another run consumes anew, and what was not run again, is consumed as it was', () => {
  const claimed = [...listed('old', 'd=1 d=2'), ...whole('other')];
  const held = [...listed('new', 'd=1 d=2'), ...whole('unrelated')];
  expect(shown(claimed, held, ['d=2'])).toEqual({ anew: ['d=1'], asItWas: ['d=2', null] });
});
