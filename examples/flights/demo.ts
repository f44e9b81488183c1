// `npm run demo`: real flight records through a small data lake, on servers that it starts by itself. Shows what waits for
// what while it runs; then the result, which runs each part of it came from, and that the counts are right.

import { HELP, parseOptions } from './options';
import type { Options } from './options';
import { play } from './play';
import { report } from './report';
import { setUp, undoAll } from './stage';
import type { Undo } from './stage';

const LAKE = `
  rz:flights    raw, a month at a time ──► sz:flights, cleaned ──┐
                                                                 ├──► cz:airport-delays, how late flights arrive
  rz:airports   raw, a month at a time ──────────────────────────┘
`;

/** Resolves with whether the counts agree. */
async function demo(options: Options, signal: AbortSignal, undo: Undo): Promise<boolean> {
  const began = Date.now();
  const span = `${options.months} month${options.months === 1 ? '' : 's'} of 2001`;
  console.log(`Flights in the United States, ${span}, through a small data lake:\n${LAKE}`);
  const stage = await setUp(options, signal, undo);
  await play(stage, options, signal);
  const agrees = await report(stage);
  console.log(`\nDone in ${Math.round((Date.now() - began) / 1000)} seconds.`);
  if (!options.keep) console.log('The links need the servers: npm run demo -- --keep leaves them up.');
  return agrees;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt.abort());
  const undo: Undo = [];
  try {
    const agrees = await demo(options, interrupt.signal, undo);
    process.exitCode = agrees ? 0 : 1;
    if (options.keep) await untilInterrupted(interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    interrupt.abort();
    console.log('\nStopping the servers.');
    await undoAll(undo);
  }
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  console.log('\nThe servers stay up for you to look around (--keep). Ctrl-C stops them.');
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
