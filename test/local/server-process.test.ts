// A server's process: all of it ends when it is told to, script around it or not.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerProcess } from '../../src/local/server-process';
import { makePlace, runs } from './place';
import type { Place } from './place';

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

/** Runs a script that has written its child's process ID, and all that it prints, to its log. */
async function started(script: string): Promise<{ server: ServerProcess; child: number }> {
  const logFile = join(place.directory, 'log');
  const server = await ServerProcess.start({ command: 'sh', args: ['-c', script], logFile });
  for (;;) {
    const child = /^child (\d+)$/m.exec(await readFile(logFile, 'utf8'))?.[1];
    if (child) return { server, child: Number(child) };
    await delay(10);
  }
}

test('a script around a server that doesn’t pass signals on is stopped with its server', async () => {
  const { server, child } = await started('sleep 60 & echo child $!; wait');
  await server.stop(5_000);
  expect([runs(server.pid), runs(child)]).toEqual([false, false]);
});

test('a stop takes until the server is gone, not only the script around it', async () => {
  const slow = `trap "sleep 0.3; echo closed; exit" TERM; echo child $$; while :; do sleep 0.05; done`;
  const { server, child } = await started(`sh -c '${slow}' & wait`);
  await server.stop(5_000);
  expect(runs(child)).toBe(false);
  expect(server.output()).toContain('closed');
});

test('a server that doesn’t listen is killed once its time is up', async () => {
  const { server } = await started(`trap '' TERM; echo child $$; while :; do sleep 0.05; done`);
  await server.stop(100);
  await expect(server.exited).resolves.toContain('SIGKILL');
});

test('to stop or kill what has ended already is fine', async () => {
  const { server } = await started('echo child $$; exit 3');
  await expect(server.exited).resolves.toBe('ended with status 3');
  await server.stop(5_000);
  await server.kill();
  expect(server.tail()).toMatch(/^child/);
});
