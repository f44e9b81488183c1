// Short scripts of a plain course: what random ones have found, told once more; and what the simulation itself promises.

import './temporal/globals';
import fc from 'fast-check';
import { check } from './lake/check';
import type { GraphSpec } from './lake/graph';
import { openLake } from './lake/open-lake';
import type { ModelLake } from './lake/open-lake';
import { play } from './lake/play';
import { scripts } from './lake/script';
import type { Line, ScriptSpec } from './lake/script';
import type { World } from './lake/world';

jest.mock('node:timers/promises', () => jest.requireActual<object>('./temporal/pauses'));

// A story may be many scripts.
jest.setTimeout(300_000);

let lake: ModelLake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

/** A source, and a target that starts by itself. */
const pair: GraphSpec = {
  flows: [
    { level: 0, auto: false, when: 'all', job: 'external', sources: [] },
    { level: 1, auto: true, when: 'all', job: 'external', sources: [0] },
  ],
  partitioned: false,
};

const plain = { choices: [], seed: 1, suggestAfter: 10_000, epilogue: false };

const tell = (...lines: Line[]): Promise<World> => tellIn({}, ...lines);

async function tellIn(spec: Partial<ScriptSpec>, ...lines: Line[]): Promise<World> {
  const played = await play(lake.db, { ...plain, graph: pair, ...spec, lines });
  expect((await check(played)).problems).toEqual([]);
  return played;
}

/** Of the target. */
const openRuns = ({ journal, graph }: World): string[] =>
  [...journal.open.values()].filter(({ dataflowId: id }) => id === graph.flows[1]?.id).map(({ state }) => state);

const startSource: Line = { name: 'start', args: { flow: 0, partition: 0, wait: false, check: null, twice: false } };

test('a finish whose update is lost after its commit, asked for again, starts the target', async () => {
  const played = await tell(
    startSource,
    { name: 'killAtCommit', args: { when: 'after', skip: 0, lose: true } },
    { name: 'finish', args: { run: 0, status: 'success' } },
  );
  expect(played.simulation.kills).toBe(1);
  expect(openRuns(played)).toEqual(['started']);
});

test('a run that is opened and ended in one workflow task, which is lost, starts the target', async () => {
  const played = await tell(
    { name: 'killAtCommit', args: { when: 'after', skip: 1, lose: false } },
    { name: 'startAndFinish', args: { flow: 0, partition: 0 } },
  );
  expect(played.simulation.kills).toBe(1);
  expect(openRuns(played)).toEqual(['started']);
});

test('a replay that fails gives back nothing of what the run before it has consumed', async () => {
  const graph = { ...pair, flows: pair.flows.map((flow) => ({ ...flow, release: true })) };
  const finish = (status: 'success' | 'error'): Line => ({ name: 'finish', args: { run: 0, status } });
  const again: Line = { name: 'rerun', args: { run: 1, twice: false } };
  const played = await tellIn(
    { graph },
    ...[startSource, finish('success'), finish('success'), again, finish('error')],
  );
  expect([...played.journal.ended.values()]).toEqual(['success', 'success', 'error']);
});

// A refused update leaves no trace in the history: who replays it meets only the finish that came along.
test('a start that is refused beside a finish, as the history becomes long, changes nothing of what a replay finds', async () => {
  const lines: Line[] = [
    startSource,
    startSource,
    { name: 'finish', args: { run: 0, status: 'success' } },
    { name: 'kill', args: { lose: false } },
  ];
  const spec = fc.record({
    choices: fc.array(fc.nat({ max: 0xffff }), { minLength: 10, maxLength: 40, size: 'max' }),
    suggestAfter: fc.integer({ min: 4, max: 8 }),
  });
  // Of that many, some have all of it in one workflow task.
  const parameters = { numRuns: 100, seed: 5, endOnFailure: true };
  await fc.assert(
    fc.asyncProperty(spec, async (given) => {
      expect(openRuns(await tellIn(given, ...lines))).toEqual(['started']);
    }),
    parameters,
  );
});

test('the same script takes the same course', async () => {
  const [script] = fc.sample(scripts(), { numRuns: 1, seed: 7 }) as [ScriptSpec];
  const [first, second] = [await play(lake.db, script), await play(lake.db, script)];
  expect(first.simulation.steps).toBeGreaterThan(20);
  expect(second.simulation.trace).toEqual(first.simulation.trace);
});
