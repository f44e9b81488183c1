// Step 3 for MySQL: the npm package mysql-memory-server downloads MySQL's own tarball (cdn.mysql.com); we let it, and keep the program.
// In a process of its own, whose temporary directory is our cache: that is where the package leaves what it fetched.
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { intoCache, exists } from './cache';
import { run } from './command';
import { reasonOf } from './errors';
import { describeMysqld } from './mysqld';
import { assertReachable } from './reachable';
import type { Log } from './types';

export const MYSQL_FROM_NPM = { name: 'mysql-download', file: 'mysqld', check: describeMysqld };

// Its own trial start may fail (it doesn't run as root) after the download has worked: what counts is whether the program is there.
const SCRIPT = `
const { createDB } = require(process.argv[1]);
createDB({ version: '8.4.x', xEnabled: 'OFF', downloadRetries: 1 })
  .then((database) => database.stop())
  .then(() => process.exit(0), (error) => { console.error(String(error)); process.exit(0); });
`;

/** The program's path. */
export function fetchMysqldWithNpmPackage(options: { log: Log; signal?: AbortSignal | undefined }): Promise<string> {
  return intoCache(
    MYSQL_FROM_NPM,
    async (directory) => {
      await assertReachable('https://cdn.mysql.com/', options.signal);
      const args = ['-e', SCRIPT, require.resolve('mysql-memory-server')];
      const env = { ...process.env, TMPDIR: directory, TEMP: directory, TMP: directory };
      const said = await run(process.execPath, args, { timeoutMs: 600_000, env, signal: options.signal }).catch(
        reasonOf,
      );
      const binaries = join(directory, 'mysqlmsn', 'binaries');
      for (const version of await readdir(binaries).catch(() => [])) {
        const program = join('mysqlmsn', 'binaries', version, 'mysql', 'bin', 'mysqld');
        if (await exists(join(directory, program))) return writeScript(join(directory, MYSQL_FROM_NPM.file), program);
      }
      throw new Error(`nothing was downloaded: ${said}`);
    },
    options,
  );
}

// Not a symbolic link: mysqld looks for its files beside the path that it was called by.
async function writeScript(file: string, program: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\nexec "$(dirname "$0")/${program}" "$@"\n`);
  await chmod(file, 0o755);
}
