// Step 4 for MySQL: the distribution's own server package, unpacked beside the system, with a small script that runs it from there.
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLists, unpackDebs } from './apt-unpack';
import { exists, intoCache } from './cache';
import { NotHere, reasonOf } from './errors';
import { describeMysqld } from './mysqld';
import type { Flavor, Log } from './types';

/** The cache's entries. */
export const MYSQLD_FROM_APT = {
  mysql: { name: 'mysql-apt', file: 'mysqld', check: describeMysqld },
  mariadb: { name: 'mariadb-apt', file: 'mariadbd', check: describeMysqld },
} as const;

// Debian 12 has MariaDB only, Ubuntu both (24.04 a MySQL that is too old); the newest first.
const PACKAGES = {
  mysql: ['mysql-server-core-8.4', 'mysql-server-core'],
  mariadb: ['mariadb-server-core'],
} as const;

export interface FetchOptions {
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

/** The path of a script that runs the program: the first of `flavors` that the distribution has. */
export function fetchMysqldWithApt(flavors: readonly Flavor[], options: FetchOptions): Promise<string> {
  return eachLists(async (apt) => {
    const reasons: string[] = [];
    for (const flavor of flavors) {
      const build = (directory: string): Promise<void> => unpack(flavor, directory, { ...options, apt });
      try {
        return await intoCache(MYSQLD_FROM_APT[flavor], build, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof NotHere) throw error;
        reasons.push(reasonOf(error));
      }
    }
    throw new Error(reasons.join(', '));
  }, options.signal);
}

async function unpack(flavor: Flavor, directory: string, options: Parameters<typeof unpackDebs>[2]): Promise<void> {
  await unpackDebs(PACKAGES[flavor], directory, options);
  const script = join(directory, MYSQLD_FROM_APT[flavor].file);
  await writeFile(script, await wrapper(join(directory, 'root'), flavor));
  await chmod(script, 0o755);
}

async function wrapper(root: string, flavor: Flavor): Promise<string> {
  const program = flavor === 'mysql' ? 'usr/sbin/mysqld' : 'usr/sbin/mariadbd';
  if (!(await exists(join(root, program)))) throw new Error(`the package has no ${program}`);
  const triplets = (await readdir(join(root, 'usr/lib'))).filter((name) => name.includes('-linux-'));
  const libraries = triplets.flatMap((name) => [`$R/usr/lib/${name}`, `$R/usr/lib/${name}/mysql/private`]);
  return [
    '#!/bin/sh',
    'R=$(dirname "$(readlink -f "$0")")/root',
    `LD_LIBRARY_PATH="${libraries.join(':')}" exec "$R/${program}" --no-defaults --basedir="$R/usr" \\`,
    '  --lc-messages-dir="$R/usr/share/mysql" --character-sets-dir="$R/usr/share/mysql/charsets" "$@"',
    '',
  ].join('\n');
}
