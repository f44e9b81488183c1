import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { tryLock, withLock } from '../../src/local/lock';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dlc-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function taken(path: string): Promise<{ release(): Promise<void> }> {
  const lock = await tryLock(path);
  if ('release' in lock) return lock;
  throw new Error(`held by ${lock.heldBy}`);
}

test('a lock that a living process has is refused with its process ID, and free again once released', async () => {
  const path = join(directory, 'lock');
  const lock = await taken(path);
  await expect(tryLock(path)).resolves.toEqual({ heldBy: process.pid });
  await lock.release();
  await (await taken(path)).release();
  await expect(readdir(directory)).resolves.toEqual([]);
});

test('a lock whose holder died is taken over', async () => {
  const path = join(directory, 'lock');
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(path, JSON.stringify({ id: 'a', pid: child.pid, born: '' }));
  await (await taken(path)).release();
});

test('a process that got the ID of a dead holder is not taken for it', async () => {
  const path = join(directory, 'lock');
  await writeFile(path, JSON.stringify({ id: 'a', pid: process.pid, born: 'long ago' }));
  await (await taken(path)).release();
});

test.each(['cut off mid-wri', JSON.stringify({ id: 'a', pid: 0x7fffffff, born: '' })])(
  'of many that want a stale lock at once, one at a time gets it (%s)',
  async (stale) => {
    const path = join(directory, 'lock');
    let inside = 0;
    const attempt = async (): Promise<boolean> => {
      const lock = await tryLock(path);
      if (!('release' in lock)) return false;
      expect(++inside).toBe(1);
      for (let turns = 0; turns < 20; turns++) await turn();
      inside--;
      await lock.release();
      return true;
    };
    for (let round = 0; round < 20; round++) {
      await writeFile(path, stale);
      const got = await Promise.all(Array.from({ length: 8 }, attempt));
      expect(got).toContain(true);
      await expect(readdir(directory)).resolves.toEqual([]);
    }
  },
);

test('one that waits for a lock gets it once it is free', async () => {
  const path = join(directory, 'lock');
  const lock = await taken(path);
  const waited: number[] = [];
  const waiting = withLock(path, () => Promise.resolve('mine'), {
    onWait: (pid) => {
      waited.push(pid);
      void lock.release();
    },
  });
  await expect(waiting).resolves.toBe('mine');
  expect(waited).toEqual([process.pid]);
});
