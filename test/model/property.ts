// The property, and what a run of it counted.

import fc from 'fast-check';
import { check } from './lake/check';
import { play } from './lake/play';
import type { Breaking } from './lake/play';
import { scripts } from './lake/script';
import type { ScriptOptions, ScriptSpec } from './lake/script';
import type { SteppedDatabase } from './lake/stepped-database';

/** Scripts in a run; each is one interleaving. */
const RUNS = Number(process.env['DLC_MODEL_RUNS'] ?? 120);

/** Fixed in the short run, new in a long one. */
function seedOf(): number {
  const given = process.env['DLC_MODEL_SEED'];
  if (given !== undefined) return Number(given);
  return process.env['DLC_MODEL_RUNS'] === undefined ? 20_240_101 : (Date.now() ^ process.pid) | 0;
}

/** For fast-check: a failure ends the run at once, unless it is to be made small. */
export function parameters(): fc.Parameters<[ScriptSpec]> {
  const path = process.env['DLC_MODEL_PATH'];
  const endOnFailure = process.env['DLC_MODEL_SHRINK'] === undefined;
  return { numRuns: RUNS, seed: seedOf(), endOnFailure, ...(path !== undefined && { path }) };
}

/** Lines of a failing script's trace that are shown. */
const SHOWN = 400;

export function property(
  db: SteppedDatabase,
  breaking: () => Breaking = () => ({}),
  options: ScriptOptions = {},
): { run: fc.IAsyncProperty<[ScriptSpec]>; summary: () => string } {
  const began = process.hrtime.bigint();
  const outcomes = new Set<string>();
  let [scriptCount, steps, kills] = [0, 0, 0];
  const run = fc.asyncProperty(scripts(options), async (script) => {
    const played = await play(db, script, breaking());
    const { problems, outcome } = await check(played);
    scriptCount++;
    steps += played.simulation.steps;
    kills += played.simulation.kills;
    outcomes.add(outcome);
    if (problems.length === 0) return;
    const trace = played.simulation.trace.slice(-SHOWN);
    throw new Error(`${problems.join('\n')}\n--- the trace\n${trace.join('\n')}`);
  });
  const summary = (): string => {
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    const { before, after } = db.killed;
    return (
      `${scriptCount} interleavings, ${steps} steps, ${kills} kills of the worker ` +
      `(${before} right before a commit, ${after} right after one), ${outcomes.size} distinct outcomes, ` +
      `${seconds.toFixed(1)} s, ${(scriptCount / seconds).toFixed(1)} a second`
    );
  };
  return { run, summary };
}
