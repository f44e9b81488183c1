// The place of the data: somebody may have chosen a folder with things of their own, and those stay as they are.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from '../../domain/errors';

/** Makes it if it isn't there; returns its whole path. */
export async function makeFolder(folder: string): Promise<string> {
  if (folder === '') {
    throw new InvalidArgumentError('--data names no folder. Write --data DIR, or leave it out.', { field: 'data' });
  }
  const home = resolve(folder);
  await mkdir(home, { recursive: true, mode: 0o700 });
  if ((await readdir(home)).length === 0) await hideFromGit(home);
  return home;
}

// Data and a password, in what may be somebody's repository. Only where nothing but ours will be: elsewhere it would hide
// files that aren't ours.
async function hideFromGit(home: string): Promise<void> {
  try {
    await writeFile(join(home, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
