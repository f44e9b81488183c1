// Whether a run may start: what stands around its rule, each alone and against the others. Pure.

import { dataflowId, queueId, relationId, runId } from '../../src/domain/ids';
import { parseRule, startRule } from '../../src/domain/rule';
import { decideStart, explainWait, mergePolicy, NO_POLICY } from '../../src/domain/start';
import type { RuleSource } from '../../src/domain/rule';
import type { ReadyRow, StartFacts } from '../../src/domain/start';

const NOW = new Date('2026-01-01T12:00:00Z');
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

const sources = ['z:a', 'z:b', 'z:c'].map((sourceKey, i): RuleSource => ({
  relationId: relationId(i + 1),
  sourceDataflowId: dataflowId(i + 1),
  sourceKey,
  partition: 'all',
}));

let rows = 0;
beforeEach(() => {
  rows = 0;
});
/** A ready run of source a, b or c. */
function row(source: 'a' | 'b' | 'c', minutesAgo = 0, oneByOne = false): ReadyRow {
  const id = ++rows;
  return {
    queueId: queueId(id),
    sourceDataflowId: dataflowId('abc'.indexOf(source) + 1),
    sourceRunId: runId(`${source}${String(id)}`),
    readyAt: ago(minutesAgo),
    oneByOne,
    dataflowPartitionKey: null,
  };
}

function facts(given: Partial<StartFacts<ReadyRow>>): StartFacts<ReadyRow> {
  return {
    now: NOW,
    openedAt: ago(60),
    triggered: true,
    toldLate: false,
    rule: startRule('any'),
    policy: NO_POLICY,
    dataflow: 'z:t',
    status: 'enabled',
    pause: null,
    sources,
    ready: [],
    newest: new Map(),
    leftOut: new Map(),
    inLine: false,
    places: null,
    ...given,
  };
}

/** The answer in short: what it claims, or what it waits for and how long it may, in minutes. */
function decide(given: Partial<StartFacts<ReadyRow>>): unknown {
  const decision = decideStart(facts(given));
  if (decision.kind === 'start') return decision.claim.map((claimed) => claimed.sourceRunId);
  if (decision.kind === 'end') return decision.state;
  const { reason, lookAt } = decision;
  return [reason.for, lookAt && (lookAt.getTime() - NOW.getTime()) / 60_000];
}

const policy = (given: object): { policy: StartFacts<ReadyRow>['policy'] } => ({ policy: { ...NO_POLICY, ...given } });
const nested = (rule: unknown): { rule: ReturnType<typeof startRule> } => ({
  rule: startRule(parseRule(rule, 'when')),
});

describe('debounce', () => {
  const gather = policy({ debounce: '10 min', maxWait: '30 min' });
  test.each<[string, () => Partial<StartFacts<ReadyRow>>, unknown]>([
    ['gathers from the newest run on', () => ({ ready: [row('a', 20), row('b', 4)] }), ['quiet', 6]],
    ['is over once nothing has come for long enough', () => ({ ready: [row('a', 20), row('b', 10)] }), ['a1', 'b2']],
    ['lasts no longer than maxWait', () => ({ ready: [row('a', 29), row('b', 1)] }), ['quiet', 1]],
    ['is over at maxWait', () => ({ ready: [row('a', 30), row('b', 1)] }), ['a1', 'b2']],
    ['delays no run that a person asked for', () => ({ triggered: false, ready: [row('a', 1)] }), ['a1']],
    ['is no matter before the rule is met', () => ({ ready: [] }), ['sources', null]],
    [
      'ends with a full batch',
      () => ({ ...policy({ debounce: '10 min', maxSources: 2 }), ready: [row('a'), row('b')] }),
      ['a1', 'b2'],
    ],
  ])('%s', (_, given, expected) => {
    expect(decide({ ...gather, ...given() })).toEqual(expected);
  });
});

describe('maxSources', () => {
  const all = { rule: startRule('all'), sources: sources.slice(0, 2) };
  test('takes the oldest, and always what the rule needs', () => {
    const ready = [row('a'), row('a'), row('a'), row('b')];
    expect(decide({ ...all, ...policy({ maxSources: 3 }), ready })).toEqual(['a1', 'a2', 'b4']);
    expect(decide({ ...all, ...policy({ maxSources: 1 }), ready })).toEqual(['a1', 'b4']);
    expect(decide({ ...all, ...policy({ maxSources: 9 }), ready })).toEqual(['a1', 'a2', 'a3', 'b4']);
  });

  test('of several ways to meet a nested rule takes the one that waited longest', () => {
    const rule = nested({ any: [{ source: 'z:a', count: 2 }, 'z:b'] });
    const ready = [row('c'), row('b'), row('a'), row('a')];
    expect(decide({ ...rule, ...policy({ maxSources: 1 }), ready })).toEqual(['b2']);
    expect(decide({ ...rule, ...policy({ maxSources: 2 }), ready })).toEqual(['c1', 'b2']);
  });

  test('leaves what meets no part of the rule for the run that it will meet one of', () => {
    const one = policy({ maxSources: 1 });
    const joined = nested({ any: [{ all: ['z:a', 'z:b'] }, 'z:c'] });
    expect(decide({ ...joined, ...one, ready: [row('a'), row('c')] })).toEqual(['c2']);
    expect(decide({ ...joined, ready: [row('a', 1, true), row('c', 1, true)] })).toEqual(['c4']);
    const quorum = nested({ any: [{ atLeast: 2, of: ['z:a', 'z:b'] }, 'z:c'] });
    expect(decide({ ...quorum, ...one, ready: [row('a'), row('c')] })).toEqual(['c6']);
    const fresh = nested({ any: [{ source: 'z:a', within: '1 hour' }, 'z:b'] });
    const stale = new Map([[dataflowId(1), 36_000_000]]);
    expect(decide({ ...fresh, ...one, newest: stale, ready: [row('a'), row('b')] })).toEqual(['b8']);
    const extra = nested({ any: [{ source: 'z:a', optional: true }, 'z:b'] });
    expect(decide({ ...extra, ...one, ready: [row('a'), row('b')] })).toEqual(['b10']);
  });

  test('of partitions that it counts, takes so many different ones', () => {
    const hours = sources.slice(0, 1).map((source) => ({ ...source, partition: 'hour→day' as const }));
    const rule = nested({ source: 'z:a', count: 2 });
    const of = (hour: string): ReadyRow => ({ ...row('a'), dataflowPartitionKey: `h=2019-01-01T${hour}` });
    const given = { ...rule, ...policy({ maxSources: 1 }), sources: hours };
    expect(decide({ ...given, ready: [of('01'), of('01')] })).toEqual(['sources', null]);
    expect(decide({ ...given, ready: [of('01'), of('01'), of('02')] })).toEqual(['a3', 'a5']);
  });
});

describe('a backlog that is consumed one source run a run', () => {
  test('any: the oldest; all: one of each; what else is ready stays', () => {
    const ready = [row('a', 9, true), row('a', 8, true), row('b', 7, true), row('b', 1)];
    expect(decide({ ready })).toEqual(['a1']);
    expect(decide({ rule: startRule('all'), sources: sources.slice(0, 2), ready })).toEqual(['a1', 'b3']);
  });

  test('a nested rule takes its counts, and one of what it does not wait for', () => {
    const rule = nested({
      all: [
        { source: 'z:a', count: 2 },
        { source: 'z:b', optional: true },
      ],
    });
    const ready = [row('a', 9, true), row('a', 8, true), row('a', 7, true), row('b'), row('b'), row('c'), row('c')];
    expect(decide({ ...rule, ready })).toEqual(['a1', 'a2', 'b4', 'c6']);
  });
});

describe('a deadline', () => {
  const rule = { rule: startRule('all') };
  const over = (action: string): object => policy({ deadline: { after: '1 hour', action } });
  test('is looked forward to', () => {
    expect(decide({ ...rule, ...policy({ deadline: { after: '90 min', action: 'expire' } }) })).toEqual([
      'sources',
      30,
    ]);
  });
  test('that is over ends the run, or starts it with what is there', () => {
    const ready = [row('a')];
    expect(decide({ ...rule, ...over('expire'), ready })).toBe('expired');
    expect(decide({ ...rule, ...over('start'), ready })).toEqual(['a1']);
    expect(decide({ ...rule, ...over('start'), ready: [] })).toEqual([]);
  });
  test('tells what was missing, at no great length', () => {
    const message = (given: Partial<StartFacts<ReadyRow>>): unknown =>
      decideStart(facts({ ...rule, ...over('expire'), ...given }));
    expect(message({ ready: [row('a')] })).toMatchObject({
      message: "It didn't start within 1 h: it was waiting for z:b, z:c; has 1 of 3.",
    });
    const long = sources.map((source) => ({ ...source, sourceKey: source.sourceKey.padEnd(3_000, 'k') }));
    const short: unknown = expect.stringMatching(/^It didn't start within 1 h: it was waiting for z:akk.{1,600}$/);
    expect(message({ sources: long })).toMatchObject({ message: short });
  });
  test('takes nothing from a run whose sources are there', () => {
    expect(decide({ ...over('expire'), ready: [row('a')] })).toEqual(['a1']);
  });
  test('ends gathering', () => {
    const both = policy({ debounce: '10 min', deadline: { after: '1 hour', action: 'start' } });
    expect(decide({ ...both, ready: [row('a')] })).toEqual(['a1']);
  });
});

test('startBy tells once, and the run waits on', () => {
  const late = facts(policy({ startBy: '30 min' }));
  expect(decideStart(late)).toMatchObject({ kind: 'wait', late: true, lookAt: null });
  expect(decideStart({ ...late, toldLate: true })).toMatchObject({ kind: 'wait', late: false, lookAt: null });
  expect(decide(policy({ startBy: '2 hours' }))).toEqual(['sources', 60]);
});

test('a pause holds up whatever is ready, but not the end of a run whose dataflow is off', () => {
  const pause = { scope: 'zone', name: 'z', since: ago(5), by: 'ops', reason: 'move' } as const;
  expect(decide({ pause, ready: [row('a')] })).toEqual(['pause', null]);
  expect(decide({ pause, status: 'disabled', ready: [row('a')] })).toBe('cancelled');
});

test('a place is taken by whoever comes next in line', () => {
  const ready = [row('a')];
  expect(decide({ ready, places: { limit: 3, running: 1, ahead: 1 } })).toEqual(['a1']);
  expect(decide({ ready, places: { limit: 3, running: 1, ahead: 2 } })).toEqual(['place', null]);
  expect(decide({ ready, places: { limit: 3, running: 3, ahead: 0 } })).toEqual(['place', null]);
});

test('each wait is told in a line', () => {
  const at = '2026-01-01T12:00:00.000Z';
  const lines = [
    { for: 'quiet', ready: 2, until: at },
    { for: 'place', limit: 4, running: 4, ahead: 1 },
    { for: 'pause', scope: 'zone', name: 'rz', since: at, by: 'ops', reason: 'move' },
  ] as const;
  expect(lines.map((reason) => explainWait(reason, null))).toEqual([
    'waiting for more: 2 source runs ready, gathering until 2026-01-01 12:00:00 UTC unless more come',
    'waiting for a place: 4 of 4 runs at once are running, with 1 before it',
    'paused: zone rz is paused since 2026-01-01 12:00:00 UTC by ops (move)',
  ]);
});

test('a run that starts by its deadline claims only what it named', () => {
  const late = policy({ deadline: { after: '1 hour', action: 'start' } });
  const ready = [row('a'), row('b')];
  expect(decide({ rule: startRule('sourceRunIds', ['other', 'a1']), ...late, ready })).toEqual(['a1']);
  expect(decide({ rule: startRule('sourceIds', ['z:a', 'z:c']), ...late, ready })).toEqual(['a1']);
  expect(decide({ rule: startRule('all'), ...late, ready })).toEqual(['a1', 'b2']);
});

test('a run that stands in line has gathered enough', () => {
  const ready = [row('a', 1)];
  const places = { limit: 1, running: 1, ahead: 0 };
  const gather = policy({ debounce: '10 min' });
  expect(decide({ ...gather, ready, places })).toEqual(['quiet', 9]);
  expect(decide({ ...gather, ready, places, inLine: true })).toEqual(['place', null]);
});

test("a run's policy is the dataflow's with what its start brings, and nothing else of a trigger", () => {
  const trigger = { mode: 'auto', when: 'all', ...NO_POLICY, debounce: '5 min', maxSources: 3 } as const;
  const start = { maxSources: 1, startBy: '1 h', deadline: null };
  expect(mergePolicy(trigger, start)).toEqual({ ...NO_POLICY, debounce: '5 min', maxSources: 1, startBy: '1 h' });
});
