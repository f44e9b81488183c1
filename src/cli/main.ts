#!/usr/bin/env node
// The binary `dlc`. Starts fast: what a command needs is loaded when the command runs.

import { reportError, wantsJson } from './output';
import { createProgram } from './program';

const json = wantsJson(process.argv.slice(2));

// A reader that has seen enough (`dlc run list | head`) is no error; what runs until it is told to stop, stops in order.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error; // EIO: the terminal was closed
    if (stream === process.stderr) return;
    if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
    else process.exit(0);
  });
}

async function main(): Promise<number> {
  try {
    await createProgram({ json }).parseAsync(process.argv);
    return 0;
  } catch (error) {
    return reportError(error, json);
  }
}

void main().then((status) => {
  // Not before all of it is written: pipes are asynchronous.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
});
