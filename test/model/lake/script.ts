// A script: a graph, the lines that are played on it, and the scheduler's choices. All of it is drawn by fast-check, so that
// a counterexample shrinks, and comes again from the seed and the path that fast-check prints.

import fc from 'fast-check';
import { COMMANDS } from './commands';
import { graphs } from './graph';
import type { GraphSpec } from './graph';

export interface Line {
  readonly name: string;
  readonly args: unknown;
}

export interface ScriptSpec {
  readonly graph: GraphSpec;
  readonly lines: readonly Line[];
  /** Which of the possible moves comes next; 0, and all that come after these: the plain course. */
  readonly choices: readonly number[];
  readonly seed: number;
  /** History events from which on Temporal suggests to continue as new. */
  readonly suggestAfter: number;
  /** At the end, finish what is open, and what that starts. */
  readonly epilogue: boolean;
}

/** So long that most scripts have ended before the choices have. */
const CHOICES = 300;

export interface ScriptOptions {
  readonly graph?: fc.Arbitrary<GraphSpec>;
  /** Only these lines. */
  readonly commands?: readonly string[];
  /** Just these, so that all of the choices are about how they meet. */
  readonly lines?: readonly Line[];
}

export function scripts({
  graph = graphs,
  commands = Object.keys(COMMANDS),
  lines,
}: ScriptOptions = {}): fc.Arbitrary<ScriptSpec> {
  return fc.record({
    graph,
    lines: lines ? fc.constant(lines) : fc.array(linesOf(commands), { minLength: 1, maxLength: 16, size: 'max' }),
    choices: fc.array(fc.nat({ max: 0xffff }), { maxLength: CHOICES, size: 'max' }),
    seed: fc.nat(),
    suggestAfter: fc.constantFrom(10_000, 10_000, 12),
    epilogue: fc.boolean(),
  });
}

function linesOf(commands: readonly string[]): fc.Arbitrary<Line> {
  return fc.oneof(
    ...Object.entries(COMMANDS)
      .filter(([name]) => commands.includes(name))
      .map(([name, { weight, arguments: args }]) => ({
        weight,
        arbitrary: (args as fc.Arbitrary<unknown>).map((value): Line => ({ name, args: value })),
      })),
  );
}
