// Rules: the decision and its explanation, as a pure function.

import fc from 'fast-check';
import { queueId, dataflowId, relationId, runId } from '../../src/domain/ids';
import { DEPENDENCY_CHECKS, evaluateRule, explain, missingSources } from '../../src/domain/rule';
import type { RuleRow, RuleSource, StartRule } from '../../src/domain/rule';

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
  evaluateRule({ check, specificSources }, sources.map(source), rows);

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
