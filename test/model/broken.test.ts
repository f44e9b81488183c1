// The property can fail: with one step of the protocol left out, it is found.

import './temporal/globals';
import fc from 'fast-check';
import { BREAKS } from './lake/breaks';
import { pairs } from './lake/graph';
import { openLake } from './lake/open-lake';
import type { ModelLake } from './lake/open-lake';
import type { Line, ScriptOptions } from './lake/script';
import { property } from './property';

jest.mock('node:timers/promises', () => jest.requireActual<object>('./temporal/pauses'));
jest.setTimeout(240_000);

/** Scripts until it must have been found. */
const WITHIN = 1_500;

let lake: ModelLake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const start = (flow: number): Line => ({
  name: 'start',
  args: { flow, partition: 0, wait: true, check: null, twice: false },
});

/** A source that ends while its target opens: seldom met by chance. */
const MEETING: Line[] = [start(0), start(5), { name: 'finish', args: { run: 0, status: 'success' } }];

const optionsOf = (name: string): ScriptOptions =>
  name === 'norecheck' ? { graph: pairs, lines: MEETING } : { graph: pairs, commands: ['start', 'finish'] };

test.each(Object.entries(BREAKS))('%s is found', async (name, breaking) => {
  const { run } = property(lake.db, breaking, optionsOf(name));
  const { failed, errorInstance } = await fc.check(run, { numRuns: WITHIN, seed: 1, endOnFailure: true });
  expect(failed).toBe(true);
  expect(String(errorInstance)).toMatch(/idles, though its rule is met|waits, though its rule is met/);
});
