// What was fetched once stays in a directory of the user's, shared by all processes: never half there, never fetched twice at once.
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock';
import type { Log } from './types';

/** `${XDG_CACHE_HOME:-~/.cache}/datalake-lineage` */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'datalake-lineage');
}

export interface CacheEntry {
  /** The entry's directory name, for example `temporal-pip`. */
  readonly name: string;
  /** The file in it that shows that it is complete and is what we came for. */
  readonly file: string;
  /** Throws if the file is, or has become, of no use here: then the entry is fetched again. */
  readonly check?: (path: string) => Promise<unknown>;
}

/** The file's path if the entry is there, of use or not. */
export async function cached({ name, file }: CacheEntry): Promise<string | undefined> {
  const path = join(cacheDir(), name, file);
  return (await exists(path)) ? path : undefined;
}

/** The file's path; `build` fills an empty directory if the entry isn't there. Whatever `build` throws passes through. */
export async function intoCache(
  entry: CacheEntry,
  build: (directory: string) => Promise<void>,
  { log, signal }: { log: Log; signal?: AbortSignal | undefined },
): Promise<string> {
  const home = cacheDir();
  const final = join(home, entry.name);
  await mkdir(home, { recursive: true });
  const fetch = async (): Promise<string> => {
    const there = await usable(entry);
    if (there) return there;
    const staging = await mkdtemp(join(home, `.${entry.name}-`));
    try {
      await build(staging);
      await access(join(staging, entry.file));
      await entry.check?.(join(staging, entry.file));
      await rm(final, { recursive: true, force: true });
      await rename(staging, final);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return join(final, entry.file);
  };
  const onWait = (pid: number): void => log(`waiting for process ${pid}, which is fetching ${entry.name}`);
  return (await usable(entry)) ?? (await withLock(`${final}.lock`, fetch, { onWait, signal }));
}

async function usable(entry: CacheEntry): Promise<string | undefined> {
  const path = await cached(entry);
  if (!path || !entry.check) return path;
  return entry.check(path).then(
    () => path,
    () => undefined,
  );
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
