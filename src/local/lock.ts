// A lock file with its holder's process ID: keeps two processes off one data directory, and from fetching the same thing twice.
// A holder that died leaves a stale file, which the next one takes over.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive } from './identity';
import type { Identity } from './identity';

interface Holder extends Identity {
  readonly id: string;
}

export interface Lock {
  release(): Promise<void>;
}

/** The lock, or the ID of the living process that has it. */
export async function tryLock(path: string): Promise<Lock | { heldBy: number }> {
  const me: Holder = { id: randomUUID(), ...(await identify(process.pid)) };
  const mine = `${path}.${me.id}`;
  await writeFile(mine, JSON.stringify(me));
  try {
    for (;;) {
      if (await linked(mine, path)) return { release: () => release(path, me) };
      const holder = await holderOf(path);
      if (holder === 'none') continue; // released this moment
      if (holder !== 'unreadable' && (await isAlive(holder))) return { heldBy: holder.pid };
      if (await takeOver(path, holder, mine)) return { release: () => release(path, me) };
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Waits for the lock, runs `work` under it, and releases it. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { onWait, signal }: { onWait: (pid: number) => void; signal?: AbortSignal | undefined },
): Promise<T> {
  let told = false;
  for (;;) {
    const lock = await tryLock(path);
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        await lock.release();
      }
    }
    if (!told) onWait(lock.heldBy);
    told = true;
    await delay(200, undefined, signal ? { signal } : {});
  }
}

/**
 * Puts our file in the place of a stale one. Only whoever has the lock on that one stale file may: so between the look at it and the
 * replacement nobody else has put theirs there. Should we die in between, that lock is taken over the same way.
 */
async function takeOver(path: string, stale: Holder | 'unreadable', mine: string): Promise<boolean> {
  const guard = await tryLock(`${path}.over-${idOf(stale)}`);
  if (!('release' in guard)) {
    await delay(10);
    return false;
  }
  try {
    const now = await holderOf(path);
    if (now === 'none' || idOf(now) !== idOf(stale)) return false;
    await rename(mine, path);
    return true;
  } finally {
    await guard.release();
  }
}

function idOf(holder: Holder | 'unreadable'): string {
  return holder === 'unreadable' ? holder : holder.id;
}

// Atomic, and the file is never seen half written.
async function linked(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function release(path: string, me: Holder): Promise<void> {
  const holder = await holderOf(path);
  if (typeof holder === 'object' && holder.id === me.id) await rm(path, { force: true });
}

// Unreadable: the machine went down before the disk had it.
async function holderOf(path: string): Promise<Holder | 'none' | 'unreadable'> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable';
  }
}
