// Random scripts on random graphs, every interleaving under fast-check's control, against a reference model: our real
// workflows, activities and client on a real database, and a Temporal in memory (see temporal/simulation.ts).
//   npm test -- test/model                          a short run, the same every time
//   DLC_MODEL_RUNS=10000 npm test -- test/model     a long one, of other scripts each time; DLC_MODEL_SEED repeats it

import './temporal/globals';
import fc from 'fast-check';
import { parameters, property } from './property';
import { openLake } from './lake/open-lake';
import type { ModelLake } from './lake/open-lake';

jest.mock('node:timers/promises', () => jest.requireActual<object>('./temporal/pauses'));
jest.setTimeout(6 * 3_600_000);

let lake: ModelLake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

test('whatever is interleaved, the lake is as the reference model says', async () => {
  const { run, summary } = property(lake.db);
  await fc.assert(run, parameters());
  console.log(summary());
});
