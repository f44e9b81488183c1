// Rules: the decision and its explanation, as a pure function.

import fc from 'fast-check';
import { queueId, dataflowId, relationId, runId } from '../../src/domain/ids';
import type { DataflowId } from '../../src/domain/ids';
import {
  checkSources,
  DEPENDENCY_CHECKS,
  evaluateRule,
  explain,
  missingSources,
  parseRule,
} from '../../src/domain/rule';
import type { RuleInput, RuleRow, RuleSource, StartRule } from '../../src/domain/rule';

const source = (n: number): RuleSource => ({
  relationId: relationId(n),
  sourceDataflowId: dataflowId(n),
  sourceKey: `rz:s${String(n)}`,
});
const row = (n: number, run = `run${String(n)}`): RuleRow => ({
  queueId: queueId(`${String(n)}-${run}`),
  sourceDataflowId: dataflowId(n),
  sourceRunId: runId(run),
});
const decide = (check: StartRule['check'], sources: number[], rows: RuleRow[], specificSources: string[] = []) =>
  evaluateRule({ check, specificSources, rule: null }, sources.map(source), rows);

test('all needs a row of every source, and claims every row', () => {
  expect(decide('all', [1, 2], [row(1)])).toMatchObject({
    satisfied: false,
    claim: [],
    explanation: { have: 1, need: 2 },
  });
  expect(decide('all', [1, 2], [row(1), row(1, 'b'), row(2)]).claim).toHaveLength(3);
});

test('any needs one row', () => {
  expect(decide('any', [1, 2], []).satisfied).toBe(false);
  expect(decide('any', [1, 2], [row(2)])).toMatchObject({ satisfied: true, claim: [row(2)] });
});

test('a dataflow without sources always starts', () => {
  for (const check of ['all', 'any', 'ignore'] as const) expect(decide(check, [], []).satisfied).toBe(true);
});

test('ignore starts at once and claims what is ready', () => {
  expect(decide('ignore', [1, 2], [row(2)])).toMatchObject({ satisfied: true, claim: [row(2)] });
});

test('sourceIds looks at the sources listed, by id or key, and claims theirs alone', () => {
  expect(decide('sourceIds', [1, 2, 3], [row(1), row(3)], ['1', 'rz:s2']).satisfied).toBe(false);
  expect(decide('sourceIds', [1, 2, 3], [row(1), row(2), row(3)], ['1', 'rz:s2']).claim).toEqual([row(1), row(2)]);
  expect(decide('sourceIds', [1], [row(1)], ['99']).explanation.of).toEqual([
    { source: '99', satisfied: false, ready: 0 },
  ]);
});

test('sourceRunIds claims exactly those runs', () => {
  const rows = [row(1, 'a'), row(1, 'b'), row(2, 'c')];
  expect(decide('sourceRunIds', [1, 2], rows, ['b', 'c']).claim).toEqual([rows[1], rows[2]]);
  expect(decide('sourceRunIds', [1, 2], rows, ['b', 'z'])).toMatchObject({ satisfied: false, claim: [] });
});

test('the explanation says in words what is missing', () => {
  const { explanation } = decide('all', [1, 2, 3, 4], [row(1), row(3), row(4)]);
  expect(explain(explanation)).toBe('waiting for rz:s2; has 3 of 4');
  expect(missingSources(explanation)).toEqual(['rz:s2']);
  expect(explain(decide('any', [1, 2], []).explanation)).toBe('waiting for any of rz:s1, rz:s2; has 0 of 1');
});

describe('a nested rule', () => {
  const nested = (input: RuleInput, ready: RuleRow[], newest?: Map<DataflowId, number>) => {
    const rule = parseRule(input, 'when');
    return evaluateRule({ check: 'rule', specificSources: [], rule }, [1, 2, 3, 4].map(source), ready, newest);
  };
  const rows = (...sources: number[]): RuleRow[] => sources.map((n, at) => row(n, `run${String(at)}`));

  test('combines all, any and atLeast, and claims everything that is ready', () => {
    const rule: RuleInput = { all: ['rz:s1', { any: ['rz:s2', { atLeast: 2, of: ['rz:s2', 'rz:s3', 'rz:s4'] }] }] };
    expect(explain(nested(rule, rows(1, 3)).explanation)).toBe(
      'waiting for (any of rz:s2, (1 more of rz:s2, rz:s4)); has 1 of 2',
    );
    expect(nested(rule, rows(1, 3)).claim).toEqual([]);
    expect(nested(rule, rows(1, 3, 4)).claim).toHaveLength(3);
    expect(nested(rule, rows(1, 2)).satisfied).toBe(true);
    expect(missingSources(nested(rule, rows(3)).explanation)).toEqual(['rz:s1', 'rz:s2', 'rz:s4']);
  });

  test('a source alone is a rule; sources that a rule does not name are consumed, never waited for', () => {
    expect(nested('rz:s1', rows(1, 4)).claim).toHaveLength(2);
    expect(nested({ source: 'rz:s1' }, rows(4))).toMatchObject({ satisfied: false, explanation: { check: 'all' } });
  });

  test('count asks for so many runs of one source', () => {
    const daily: RuleInput = { all: [{ source: 'rz:s1', count: 24 }, 'rz:s2'] };
    const hours = Array.from({ length: 23 }, () => 1);
    expect(explain(nested(daily, rows(...hours, 2)).explanation)).toBe('waiting for rz:s1 (has 23 of 24); has 1 of 2');
    expect(nested(daily, rows(...hours, 1, 2)).claim).toHaveLength(25);
  });

  test('within asks for a new enough run, whether it was consumed or not', () => {
    const fresh: RuleInput = { all: ['rz:s1', { source: 'rz:s2', within: '2 hours' }] };
    const hour = 3_600_000;
    const aged = (age: number) => new Map([[dataflowId(2), age]]);
    expect(nested(fresh, rows(1), aged(2 * hour))).toMatchObject({ satisfied: true, claim: rows(1) });
    expect(explain(nested(fresh, rows(1), aged(26 * hour)).explanation)).toBe(
      'waiting for rz:s2 (the newest is 1 d 2 h old, not within 2 h); has 1 of 2',
    );
    expect(explain(nested(fresh, rows(1)).explanation)).toBe('waiting for rz:s2 (none within 2 h); has 1 of 2');
  });

  test('an optional source counts for nothing', () => {
    const rule: RuleInput = { all: ['rz:s1', { source: 'rz:s2', optional: true }] };
    expect(nested(rule, rows(2))).toMatchObject({ satisfied: false, explanation: { have: 0, need: 1 } });
    expect(nested(rule, rows(1)).satisfied).toBe(true);
    expect(nested(rule, rows(1, 2)).claim).toHaveLength(2);
  });

  test('a source without a relation is named as such', () => {
    expect(explain(nested({ all: ['rz:s1', 'rz:s9'] }, rows(1)).explanation)).toBe(
      'waiting for rz:s9 (no source of it); has 1 of 2',
    );
  });

  test.each<[unknown, string]>([
    [7, 'when'],
    [[], 'when'],
    [{}, 'when'],
    [{ all: ['rz:a'], any: ['rz:b'] }, 'when'],
    ['nonsense', 'key'],
    [{ any: [] }, 'when.any'],
    [{ all: ['rz:a', { any: [] }] }, 'when.all.1.any'],
    [{ any: [{ source: 'rz:a', optional: true }] }, 'when.any'],
    [{ atLeast: 3, of: ['rz:a', 'rz:b'] }, 'when.atLeast'],
    [{ atLeast: 0, of: ['rz:a'] }, 'when.atLeast'],
    [{ atLeast: 1 }, 'when.of'],
    [{ source: 'rz:a', count: 1.5 }, 'when.count'],
    [{ source: 'rz:a', within: 'soon' }, 'when.within'],
    [{ source: 'rz:a', within: '0 hours' }, 'when.within'],
    [{ source: 'rz:a', optional: 'yes' }, 'when.optional'],
    [{ source: 7 }, 'when.source'],
    [Array.from({ length: 10 }).reduce((inner) => ({ all: [inner] }), 'rz:a'), `when${'.all.0'.repeat(8)}`],
  ])('%j is refused, with the field', (input, field) => {
    expect(() => parseRule(input, 'when')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field } }),
    );
  });

  test('a rule too long to travel is refused, with the field', () => {
    const rule = (count: number): RuleInput => ({
      all: Array.from({ length: count }, (_, n) => `rz:${String(n).padStart(477, 'x')}`),
    });
    expect(() => parseRule(rule(1_800), 'when')).not.toThrow();
    expect(() => parseRule(rule(1_999), 'when')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: 'when' } }),
    );
  });

  test('a rule that names what is no source is refused where the sources are known', () => {
    const rule = parseRule({ all: ['rz:s1', { source: 'rz:s9', count: 2 }] }, 'when');
    expect(() => checkSources(rule, [source(1)], 'when')).toThrow('when names rz:s9, which is no source of it');
    expect(() => checkSources(rule, [source(1), source(9)], 'when')).not.toThrow();
    const many = Array.from({ length: 5_000 }, (_, n) => source(n + 100));
    expect(() => checkSources(rule, many, 'when')).toThrow(/: rz:s100, .*, rz:s119 and 4980 more\.$/);
  });
});

test('whatever the rule: it claims only ready rows, each once, and nothing unless it is met', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(fc.constantFrom(...DEPENDENCY_CHECKS), numbers, numbers, numbers, (check, sources, ready, specific) => {
      const rows = ready.filter((n) => sources.includes(n)).map((n) => row(n));
      const listed = specific.map((n) => (check === 'sourceRunIds' ? `run${String(n)}` : String(n)));
      const { satisfied, claim, explanation } = decide(check, sources, rows, listed);
      expect(rows).toEqual(expect.arrayContaining([...claim]));
      expect(new Set(claim.map(({ queueId: id }) => id)).size).toBe(claim.length);
      if (!satisfied) expect(claim).toEqual([]);
      expect(satisfied).toBe(explanation.have >= explanation.need);
      expect(missingSources(explanation).length === 0 || check === 'any' || check === 'ignore' || !satisfied).toBe(
        true,
      );
    }),
  );
});

test('one more ready row never makes a met rule unmet', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.constantFrom('all' as const, 'any' as const), numbers, numbers, (check, sources, ready) => {
      const rows = ready.filter((n) => sources.includes(n)).map((n) => row(n));
      const before = decide(check, sources, rows).satisfied;
      const after = decide(check, sources, [...rows, row(sources[0] ?? 1, 'more')]).satisfied;
      expect(!before || after).toBe(true);
    }),
  );
});
