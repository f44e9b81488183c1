// Rules: the decision and its explanation, as a pure function.

import fc from 'fast-check';
import { queueId, dataflowId, relationId, runId } from '../../src/domain/ids';
import type { DataflowId } from '../../src/domain/ids';
import {
  abridge,
  checkSources,
  countLeaves,
  dependencyNotReady,
  DEPENDENCY_CHECKS,
  evaluateRule,
  explain,
  leavesOf,
  missingSources,
  parseRule,
} from '../../src/domain/rule';
import type { Explanation, ExplanationLeaf, RuleInput, RuleRow, RuleSource, StartRule } from '../../src/domain/rule';

const source = (n: number): RuleSource => ({
  relationId: relationId(n),
  sourceDataflowId: dataflowId(n),
  sourceKey: `rz:s${String(n)}`,
  partition: 'all',
});
const row = (n: number, run = `run${String(n)}`): RuleRow => ({
  queueId: queueId(`${String(n)}-${run}`),
  sourceDataflowId: dataflowId(n),
  sourceRunId: runId(run),
  dataflowPartitionKey: null,
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
  expect(explain(decide('any', [1, 2], []).explanation)).toBe('waiting for any of rz:s1, rz:s2');
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

  test('a group of optional sources counts for nothing either', () => {
    const rule: RuleInput = { all: [{ all: [{ source: 'rz:s1', optional: true }] }, { any: ['rz:s2', 'rz:s3'] }] };
    expect(nested(rule, rows(1))).toMatchObject({ satisfied: false, explanation: { have: 0, need: 1 } });
    expect(nested(rule, rows(3)).satisfied).toBe(true);
  });

  test('count asks for different partitions where the relation joins them', () => {
    const rule = parseRule({ source: 'rz:s1', count: 3 }, 'when');
    const of = (hour: string): RuleRow => ({ ...row(1, hour), dataflowPartitionKey: `h=2019-01-01T${hour}` });
    const decideIn = (partition: RuleSource['partition'], ready: RuleRow[]) =>
      evaluateRule({ check: 'rule', specificSources: [], rule }, [{ ...source(1), partition }], ready);
    const twice = [of('00'), of('01'), of('01')];
    expect(explain(decideIn('hour→day as date', twice).explanation)).toBe('waiting for rz:s1 (has 2 of 3)');
    expect(decideIn('hour→day as date', [...twice, of('02')])).toMatchObject({ satisfied: true });
    expect(decideIn('keep:region', twice).satisfied).toBe(false);
    expect(decideIn('same', twice).satisfied).toBe(true);
    expect(decideIn('all', twice).satisfied).toBe(true);
  });

  describe('does not wait for a source whose relation is off', () => {
    const without = (input: RuleInput, ready: RuleRow[]) => {
      const rule = parseRule(input, 'when');
      const off = new Map([['rz:s9', 'suspended' as const]]);
      return evaluateRule({ check: 'rule', specificSources: [], rule }, [1, 2].map(source), ready, new Map(), off);
    };
    test('all and any go without it', () => {
      expect(without({ all: ['rz:s1', 'rz:s9'] }, rows(1))).toMatchObject({ satisfied: true, claim: rows(1) });
      expect(without({ all: ['rz:s1', { any: ['rz:s9'] }] }, rows(1)).satisfied).toBe(true);
      const { explanation } = without({ all: ['rz:s1', 'rz:s2', 'rz:s9'] }, rows(1));
      expect(explain(explanation)).toBe('waiting for rz:s2; has 1 of 2');
      expect(missingSources(explanation)).toEqual(['rz:s2']);
      expect(explain(without({ any: ['rz:s1', 'rz:s9'] }, []).explanation)).toBe(
        'waiting for any of rz:s1, rz:s9 (suspended)',
      );
    });
    test('atLeast keeps its number: fewer would be another rule', () => {
      expect(explain(without({ atLeast: 2, of: ['rz:s1', 'rz:s9'] }, rows(1)).explanation)).toBe(
        'waiting for 1 more of rz:s9 (suspended); has 1 of 2',
      );
    });
    test('a start that names it is refused', () => {
      const off = new Map([['rz:s9', 'suspended' as const]]);
      expect(() => checkSources(parseRule('rz:s9', 'when'), [source(1)], 'dependencyCheck', off)).toThrow(
        'dependencyCheck names rz:s9, whose relation is suspended',
      );
    });
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
    ['nonsense', 'when.source'],
    [{ any: ['rz:a', 'nonsense'] }, 'when.any.1.source'],
    [{ any: [] }, 'when.any'],
    [{ all: ['rz:a', { any: [] }] }, 'when.all.1.any'],
    [{ any: [{ source: 'rz:a', optional: true }] }, 'when.any'],
    [{ any: [{ all: [{ source: 'rz:a', optional: true }] }] }, 'when.any'],
    [{ atLeast: 2, of: ['rz:a', 'rz:a'] }, 'when.atLeast'],
    [{ source: 'rz:a', optinal: true }, 'when.optinal'],
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

describe('an abridged explanation', () => {
  const numbers = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => from + i);
  const nested = (input: RuleInput, count: number, ready: number[]): Explanation => {
    const rule = parseRule(input, 'when');
    const rows = ready.map((n) => row(n));
    return evaluateRule({ check: 'rule', specificSources: [], rule }, numbers(count).map(source), rows).explanation;
  };
  const keys = (count: number, from = 1): string[] => numbers(count, from).map((n) => `rz:s${String(n)}`);
  const names = (explanation: Explanation): string[] => leavesOf(explanation).map((leaf) => leaf.source);

  test('is the explanation itself where that is short', () => {
    const { explanation } = decide('all', numbers(100), []);
    expect(abridge(explanation)).toBe(explanation);
  });

  test('names what is missing first, in the order of the rule, and keeps the totals', () => {
    const ready = numbers(4_000).filter((n) => n !== 7);
    const { explanation } = decide(
      'all',
      numbers(5_000),
      ready.map((n) => row(n)),
    );
    const short = abridge(explanation);
    expect(short).toMatchObject({ satisfied: false, have: 3_999, need: 5_000, omitted: 4_900, omittedUnmet: 901 });
    expect(names(short)).toEqual(['rz:s7', ...keys(99, 4_001)]);
    expect(countLeaves(short)).toBe(5_000);
    expect(explain(short)).toBe(
      'waiting for rz:s7, rz:s4001, rz:s4002, rz:s4003, rz:s4004 and 996 more; has 3999 of 5000',
    );
    expect(explain(short)).toBe(explain(explanation));
    const met = abridge(decide('any', numbers(200), [row(150)]).explanation);
    expect(met).toMatchObject({ satisfied: true, have: 1, need: 1, omitted: 100, omittedUnmet: 99 });
  });

  test('keeps some of every group, and what a met group lacks after everything that is missing', () => {
    const rule: RuleInput = {
      all: [{ any: keys(300) }, { any: keys(300, 301) }, { atLeast: 2, of: keys(300, 601) }, 'rz:s901'],
    };
    const short = abridge(nested(rule, 901, [5, 700]));
    expect(short).toMatchObject({ check: 'all', have: 1, need: 4 });
    expect(names(short)).toEqual([...keys(50, 301), ...keys(49, 601), 'rz:s901']);
    expect(short).toMatchObject({
      omitted: 300, // the first group, which is met
      omittedUnmet: 0,
      of: [
        { check: 'any', have: 0, need: 1, omitted: 250, omittedUnmet: 250 },
        { check: 'atLeast', have: 1, need: 2, omitted: 251, omittedUnmet: 250 },
        { source: 'rz:s901' },
      ],
    });
    expect(countLeaves(short)).toBe(901);
    expect(explain(short)).toBe(
      'waiting for (any of rz:s301, rz:s302, rz:s303, rz:s304, rz:s305 and 295 more), ' +
        '(1 more of rz:s601, rz:s602, rz:s603, rz:s604, rz:s605 and 294 more), rz:s901; has 1 of 4',
    );
  });

  test('leaves out groups of which no leaf is left, and counts their leaves', () => {
    const pairs = numbers(400).map((n): RuleInput => ({ any: [`rz:s${String(2 * n - 1)}`, `rz:s${String(2 * n)}`] }));
    const short = abridge(nested({ all: pairs }, 800, []));
    expect(short).toMatchObject({ have: 0, need: 400, omitted: 600, omittedUnmet: 300, of: { length: 100 } });
    expect(short.of[99]).toMatchObject({ check: 'any', have: 0, need: 1, omitted: 1, omittedUnmet: 1 });
    expect(explain(short)).toContain(' and 395 more; has 0 of 400');
  });

  test('is short in bytes, however long the keys and however deep the rule', () => {
    const deep = numbers(220).map((n) =>
      numbers(7).reduce<RuleInput>((inner) => ({ atLeast: 1, of: [inner] }), {
        source: `rz:${String(n).padStart(477, 'x')}`,
        count: 999_999,
        within: '10 days',
      }),
    );
    const explanation = nested({ all: deep }, 0, []);
    expect(JSON.stringify(abridge(explanation)).length).toBeLessThan(130_000);
    const { message, details } = dependencyNotReady('sz:t', explanation);
    expect(details).toMatchObject({ missing: { length: 100 }, missingCount: 220 });
    expect(message.length).toBeLessThan(15_000);
  });

  test('whatever the tree: as short as asked, with the same totals, what is missing first', () => {
    const leaf = fc
      .record({ source: fc.constantFrom('rz:a', 'rz:b'), satisfied: fc.boolean() })
      .map(({ source: key, satisfied }): ExplanationLeaf => ({ source: key, satisfied, ready: Number(satisfied) }));
    const tree = fc.letrec<{ group: Explanation; part: Explanation | ExplanationLeaf }>((tie) => ({
      part: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, tie('group')),
      group: fc
        .record({ of: fc.array(tie('part'), { minLength: 1, maxLength: 6 }), need: fc.integer({ min: 0, max: 6 }) })
        .map(({ of, need }): Explanation => {
          const have = of.filter((part) => part.satisfied).length;
          return { check: 'atLeast', satisfied: have >= need, have, need, of };
        }),
    })).group;
    const kept = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(tree, kept, kept, (whole, more, fewer) => {
        const short = abridge(whole, more);
        expect(leavesOf(short)).toHaveLength(Math.min(more, countLeaves(whole)));
        expect(countLeaves(short)).toBe(leavesOf(whole).length);
        expectWithin(short, whole);
        const urgent = (explanation: Explanation): number => missingLeaves(explanation).length;
        expect(urgent(short)).toBe(Math.min(more, urgent(whole)));
        const least = Math.min(more, fewer);
        expect(abridge(short, least)).toEqual(abridge(whole, least));
      }),
    );
  });

  const missingLeaves = ({ satisfied, of }: Explanation): ExplanationLeaf[] =>
    satisfied ? [] : of.flatMap((part) => ('of' in part ? missingLeaves(part) : part.satisfied ? [] : [part]));

  /** Each group of `short` is one of `whole` with the same counts, its parts in their order, and tells what it left out. */
  function expectWithin(short: Explanation, whole: Explanation): void {
    const { of, omitted: _, omittedUnmet = 0, ...counts } = short;
    expect(whole).toMatchObject(counts);
    const unmet = (explanation: Explanation): number => explanation.of.filter((part) => !part.satisfied).length;
    expect(unmet(short) + omittedUnmet).toBe(unmet(whole));
    const leaf = (part: Explanation | ExplanationLeaf) => ('of' in part ? leavesOf(part)[0] : part);
    const places = of.map((part) =>
      whole.of.findIndex((other) => other === leaf(part) || ('of' in other && leavesOf(other).includes(leaf(part)!))),
    );
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    of.forEach((part, at) => {
      const other = whole.of[places[at] ?? -1];
      if ('of' in part) expectWithin(part, other as Explanation);
      else expect(other).toBe(part);
    });
  }
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
