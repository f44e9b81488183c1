// Debian packages unpacked into a directory of ours: nothing is installed, no service starts, no root is needed.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command';
import { NotHere, reasonOf } from './errors';

const SECOND = 1_000;

// A dead network shows within seconds; a slow one has minutes.
const FAST = ['Acquire::Retries=1', 'Acquire::http::Timeout=15', 'Acquire::https::Timeout=15'];

export interface UnpackOptions {
  /** Options of apt, from `eachLists`: which package lists to go by. */
  readonly apt: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries the system's package lists for all the ways to go on first, and only then (where those are missing or stale) lists fetched
 * anew, beside the system's own.
 */
export async function eachLists<T>(attempt: (apt: readonly string[]) => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await attempt(optionsOf(FAST));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NotHere) throw error;
    const scratch = await mkdtemp(join(tmpdir(), 'dlc-apt-'));
    try {
      return await attempt(await freshLists(scratch, signal));
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/**
 * Unpacks the first of `packages` that apt offers, with those of its dependencies that this machine lacks, into `directory`/root.
 * Throws `NotHere` where there is no apt.
 */
export async function unpackDebs(
  packages: readonly string[],
  directory: string,
  { apt, signal }: UnpackOptions,
): Promise<void> {
  if (process.platform !== 'linux') throw new NotHere('not a Debian or Ubuntu system');
  const debs = join(directory, 'debs');
  const root = join(directory, 'root');
  await Promise.all([mkdir(debs, { recursive: true }), mkdir(root, { recursive: true })]);

  const names = await missing(packages, apt, signal);
  await run('apt-get', [...apt, '-qq', 'download', ...names], { cwd: debs, timeoutMs: 300 * SECOND, signal });
  for (const deb of await readdir(debs)) {
    await run('dpkg-deb', ['-x', join(debs, deb), root], { timeoutMs: 60 * SECOND, signal });
  }
  await rm(debs, { recursive: true, force: true });
}

/** The names of the package and of its dependencies that aren't installed. */
async function missing(packages: readonly string[], apt: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const reasons: string[] = [];
  for (const name of packages) {
    try {
      const args = [...apt, '-qq', '--print-uris', '--no-install-recommends', '-y', 'install', name];
      const uris = await run('apt-get', args, { timeoutMs: 60 * SECOND, signal });
      // 'http://…/mariadb-server-core_10.11_amd64.deb' mariadb-server-core_1%3a10.11_amd64.deb 7342456 SHA256:…
      const found = [...uris.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm)].flatMap(([, name]) => name ?? []);
      return found.length > 0 ? found : [name]; // none: it is installed, and yet not found in its place
    } catch (error) {
      if (error instanceof NotHere) throw error;
      reasons.push(
        /Unable to locate|no installation candidate/.test(reasonOf(error)) ? `no package ${name}` : reasonOf(error),
      );
    }
  }
  throw new Error(reasons.join(', '));
}

async function freshLists(scratch: string, signal: AbortSignal | undefined): Promise<string[]> {
  const lists = join(scratch, 'lists');
  const cache = join(scratch, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  // APT's unprivileged download user can't write here, so as root it downloads as root.
  const apt = optionsOf([...FAST, `Dir::State::Lists=${lists}`, `Dir::Cache=${cache}`, 'APT::Sandbox::User=']);
  // Without the error mode a dead network counts as success, and what fails then is "no such package".
  const update = [...apt, ...optionsOf(['APT::Update::Error-Mode=any']), '-qq', 'update'];
  await run('apt-get', update, { timeoutMs: 120 * SECOND, signal }).catch((error: unknown) => {
    throw new Error(`the package lists can't be fetched: ${reasonOf(error)}`, { cause: error });
  });
  return apt;
}

function optionsOf(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ['-o', setting]);
}
