// Python with Temporal's SDK, in an environment of its own that is made once and kept in the cache.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { intoCache } from '../../src/local/cache';
import { EXAMPLES, linesOf } from './process';

/** The interpreter's path. */
export async function pythonWithTemporal(): Promise<string> {
  const requirements = join(EXAMPLES, 'python/requirements.txt');
  const version = await linesOf('python3', ['--version']);
  const id = createHash('sha256')
    .update(`${version.join()}\n${await readFile(requirements, 'utf8')}`)
    .digest('hex');
  return intoCache(
    { name: `test-python-${id.slice(0, 12)}`, file: 'bin/python' },
    async (directory) => {
      await linesOf('python3', ['-m', 'venv', directory]);
      await linesOf(join(directory, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    },
    { log: () => undefined },
  );
}
