// Servers and the process that started them: neither ends without the other, and the data outlives both.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { startMysql, startTemporal } from '../../src/local';
import { makePlace, runs } from './place';
import type { Place } from './place';

interface Started {
  readonly temporal: number;
  readonly mysql: number;
  readonly url: string;
}

let place: Place;
let owner: ChildProcess;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(async () => {
  if (owner.exitCode === null && owner.signalCode === null) {
    owner.kill('SIGKILL');
    await once(owner, 'exit');
  }
  await place.remove();
});

/** In a process of its own, in a group of its own, like a shell's foreground job: so a Ctrl-C can be sent to it. */
async function startOwner(...servers: 'mysql'[]): Promise<Started> {
  const fixture = join(__dirname, 'fixtures', 'owner.ts');
  owner = spawn(process.execPath, ['--import', 'tsx', fixture, place.directory, ...servers], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!owner.stdout) throw new Error('no stdout');
  const ended = once(owner, 'exit').then(() => 'the owner ended before its servers were up');
  const said = once(createInterface(owner.stdout), 'line').then(([line]) => String(line));
  return JSON.parse(await Promise.race([said, ended])) as Started;
}

async function gone(...pids: number[]): Promise<void> {
  while (pids.some(runs)) await delay(20);
}

test('when their owner dies by kill -9, its servers end too, and the next start has all that was committed', async () => {
  const started = await startOwner('mysql');
  const connection = await createConnection(started.url);
  await connection.query('CREATE TABLE kept (id INT PRIMARY KEY)');
  await connection.query('INSERT INTO kept VALUES (1)');
  connection.destroy();

  owner.kill('SIGKILL');
  await once(owner, 'exit');

  // Not a moment later: the old servers may still be closing their files.
  const [temporal, mysql] = await Promise.all([
    startTemporal({ dataFile: join(place.directory, 'temporal.db'), ui: false, log: place.log }),
    startMysql({ dataDir: join(place.directory, 'mysql'), fast: true, log: place.log }),
  ]);
  try {
    expect([started.temporal, started.mysql].map(runs)).toEqual([false, false]);
    const again = await createConnection(mysql.url);
    const [rows] = await again.query('SELECT id FROM kept');
    await again.end();
    expect(rows).toEqual([{ id: 1 }]);
  } finally {
    await Promise.all([temporal.stop(), mysql.stop()]);
  }
});

test('a Ctrl-C in the terminal ends the owner, not its server behind its back', async () => {
  const started = await startOwner();
  // What a terminal does: SIGINT to the whole foreground group. The owner here dies of it at once.
  process.kill(-(owner.pid ?? 0), 'SIGINT');
  const [, signal] = (await once(owner, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGINT');
  // The server had no SIGINT of its own; it stops because its owner is gone.
  await gone(started.temporal);
});
