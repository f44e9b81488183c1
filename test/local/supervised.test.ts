// A server that ends by itself: its log is shown where it tells why, and only there.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerProcess } from '../../src/local/server-process';
import { Supervised } from '../../src/local/supervised';
import { makePlace } from './place';
import type { Place } from './place';

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

/** How it is told that this script ended, after `signal` if there is one. */
async function ending(script: string, signal?: NodeJS.Signals): Promise<string> {
  const logFile = join(place.directory, 'log');
  let told: (how: string) => void = () => undefined;
  const how = new Promise<string>((resolve) => (told = resolve));
  const server = await Supervised.start({
    launch: () => ServerProcess.start({ command: 'sh', args: ['-c', script], logFile }),
    graceMs: 1000,
    release: () => Promise.resolve(),
    onExit: told,
  });
  while (signal && !(await readFile(logFile, 'utf8')).includes('ready')) await delay(10);
  if (signal) process.kill(server.pid, signal);
  return how;
}

test('a failure comes with the end of the log', async () => {
  expect(await ending('echo disk full; exit 3')).toBe('ended with status 3. Its log ends:\ndisk full');
});

test('a crash too', async () => {
  expect(await ending('echo assertion failed; kill -ABRT $$')).toBe(
    'was ended by SIGABRT. Its log ends:\nassertion failed',
  );
});

test('after a kill from outside, what it happened to have logged last is no cause', async () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    expect(await ending('echo ready; while :; do sleep 0.05; done', signal)).toBe(`was ended by ${signal}.`);
  }
});
