// Which runs are replayed, and what each consumes anew.

import { runId } from '../../src/domain/ids';
import { Versions } from '../../src/domain/replay-lines';
import type { Consumption, Version } from '../../src/domain/replay-lines';
import { planReplay } from '../../src/domain/replay-plan';

/** `'a1'` is a run of dataflow a; started in the order in which they are given. */
function versions(...runs: (string | readonly [run: string, change: Partial<Version>])[]): Versions {
  const all = new Versions();
  const made = runs.map((each, number): Version => {
    const [id, change] = typeof each === 'string' ? [each, {}] : each;
    return {
      ...{ runId: runId(id), rerunOf: null, dataflow: id[0]!, slot: '', partitionKey: null, state: 'success' },
      ...{ startedAt: new Date(number), workflowType: null, taskQueue: null, ...change },
    };
  });
  all.add(made);
  return all;
}

const rerunOf = (id: string, change: Partial<Version> = {}) => ({ rerunOf: runId(id), ...change });

/** `'a1>b1'`: b1 has claimed a1; or of what a1 has listed, a partition. */
const consumed = (each: string, partition?: string): Consumption => {
  const [source, target] = each.split('>');
  return {
    source: runId(source!),
    target: target ? runId(target) : null,
    slot: each.slice(-2, -1),
    part: { partitionKey: partition ?? null, isListed: partition !== undefined },
  };
};

const plan = (root: string, of: Versions, consumptions: readonly Consumption[]) =>
  planReplay(runId(root), of, consumptions).map(({ runId: run, cause, after, sources }) => ({
    ...{ run, cause, after },
    sources: sources.map(({ runId: source, step, except }) =>
      [`${source}: ${String(step)}`, ...(except ?? [])].join(' but '),
    ),
  }));

test('each run comes after what it consumed', () => {
  const runs = versions('a1', 'b1', 'c1');
  expect(plan('a1', runs, [consumed('a1>b1'), consumed('a1>c1'), consumed('b1>c1')])).toEqual([
    { run: 'a1', cause: 'replay', after: [], sources: [] },
    { run: 'b1', cause: 'replay', after: [0], sources: ['a1: 0'] },
    { run: 'c1', cause: 'replay', after: [0, 1], sources: ['a1: 0', 'b1: 1'] },
  ]);
});

test('the newest version that succeeded stands for a run, and consumes anew whichever version it had consumed', () => {
  const runs = versions('a1', 'b1', ['a2', rerunOf('a1')], ['b2', rerunOf('b1', { state: 'error' })]);
  expect(plan('a1', runs, [consumed('a1>b1'), consumed('a2>b2')])).toEqual([
    { run: 'a2', cause: 'replay', after: [], sources: [] },
    { run: 'b1', cause: 'replay', after: [0], sources: ['a1: 0'] },
  ]);
});

test('a run that failed is retried, one that gave its sources back is left alone', () => {
  const runs = versions('a1', ['b1', { state: 'error' }]);
  expect(plan('a1', runs, [consumed('a1>b1')])[1]).toMatchObject({ run: 'b1', cause: 'retry' });
  expect(plan('a1', versions('a1'), [consumed('a1>b1'), { ...consumed('a1>b1'), target: null }])).toHaveLength(1);
});

test('two runs that consumed different parts are both replayed', () => {
  const runs = versions('a1', 'b1', 'b2');
  const steps = plan('a1', runs, [consumed('a1>b1', 'd=1'), consumed('a1>b2', 'd=2')]);
  expect(steps.map(({ run }) => run)).toEqual(['a1', 'b1', 'b2']);
});

test('of what a run has consumed, that of which another one consumed a later version is made anew for that one', () => {
  const runs = versions('a1', 'b1', ['a2', rerunOf('a1')], 'b2');
  const first = [consumed('a1>b1', 'd=1'), consumed('a1>b1', 'd=2')];
  expect(plan('a1', runs, [...first, consumed('a2>b2', 'd=2')])).toEqual([
    { run: 'a2', cause: 'replay', after: [], sources: [] },
    { run: 'b1', cause: 'replay', after: [0], sources: ['a1: 0 but d=2'] },
    { run: 'b2', cause: 'replay', after: [0], sources: ['a2: 0'] },
  ]);
  const all = plan('a1', runs, [...first, consumed('a2>b2', 'd=2'), consumed('a2>b2', 'd=1')]);
  expect(all.map(({ sources }) => sources)).toEqual([[], [], ['a2: 0']]);
});

test('what is all that a run left takes the place of every part, whatever it is called', () => {
  const runs = versions('a1', 'b1', ['a2', rerunOf('a1')], 'b2');
  const sources = [[], [], ['a2: 0']];
  const steps = plan('a1', runs, [consumed('a1>b1', 'd=1'), consumed('a2>b2')]);
  expect(steps.map((step) => step.sources)).toEqual(sources);
  const named = (each: string, partitionKey: string): Consumption => {
    return { ...consumed(each), part: { partitionKey, isListed: false } };
  };
  const renamed = plan('a1', runs, [named('a1>b1', 'd=1'), named('a2>b2', 'd=2')]);
  expect(renamed.map((step) => step.sources)).toEqual(sources);
});

test('a version that is open refuses the whole', () => {
  const runs = versions('a1', ['a2', rerunOf('a1', { state: 'started' })]);
  expect(() => plan('a1', runs, [])).toThrow(expect.objectContaining({ code: 'ALREADY_ACTIVE' }));
});
