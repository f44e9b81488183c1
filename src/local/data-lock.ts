// One server a data directory: a second one would be refused by the database at best, and corrupt it at worst.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../domain/errors';
import { identify, isAlive } from './identity';
import { tryLock } from './lock';
import type { Identity } from './identity';
import type { Log } from './types';

export interface DataLock {
  /** Notes the server that works on the data, so that whoever comes after a crash of ours knows whom to wait for. */
  readonly servedBy: (pid: number) => Promise<void>;
  readonly release: () => Promise<void>;
}

// The watchdog of a process that died gives its server 15 s to close its files.
const ORPHAN_MS = 20_000;

/** Throws UNAVAILABLE if a living process has the data. */
export async function lockData(lockFile: string, data: string, log: Log): Promise<DataLock> {
  const lock = await tryLock(lockFile);
  if ('heldBy' in lock) {
    throw new UnavailableError(
      `${data} is in use by process ${lock.heldBy}. Stop that one, or choose another place for the data.`,
      { pid: lock.heldBy },
    );
  }
  const serverFile = `${lockFile}.server`;
  try {
    await outliveOrphan(serverFile, data, log);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    servedBy: async (pid) => writeFile(serverFile, JSON.stringify(await identify(pid))),
    release: async () => {
      await rm(serverFile, { force: true });
      await lock.release();
    },
  };
}

async function outliveOrphan(serverFile: string, data: string, log: Log): Promise<void> {
  const orphan = await readFile(serverFile, 'utf8').then(
    (text) => JSON.parse(text) as Identity,
    () => undefined,
  );
  if (!orphan || !(await isAlive(orphan))) return;
  log(`Waiting for server process ${orphan.pid}, left on ${data} by a process that died.`);
  const deadline = Date.now() + ORPHAN_MS;
  while (Date.now() < deadline) {
    await delay(100);
    if (!(await isAlive(orphan))) return;
  }
  throw new UnavailableError(`${data} is still in use by server process ${orphan.pid}. Stop it, and try again.`, {
    pid: orphan.pid,
  });
}
