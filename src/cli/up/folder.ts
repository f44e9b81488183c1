// The place of the data: somebody may have chosen a folder with things of their own, and those stay as they are.

import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from '../../domain/errors';

/** Makes it if it isn't there; returns its whole path. @throws InvalidArgumentError where no data can be kept there. */
export async function makeFolder(folder: string): Promise<string> {
  if (folder === '') {
    throw new InvalidArgumentError('--data names no folder. Write --data DIR, or leave it out.', { field: 'data' });
  }
  const home = resolve(folder);
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((await readdir(home)).length === 0) await hideFromGit(home);
  } catch (error) {
    throw unusable(home, 'Choose another with --data.', error);
  }
  return home;
}

/** One for this time only. */
export async function makeTemporaryFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'dlc-up-'));
  } catch (error) {
    throw unusable(tmpdir(), 'Choose another with TMPDIR.', error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is read-only',
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is no folder',
  ENOENT: "a link on its path leads to what isn't there",
  ELOOP: 'the links on its path lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'the disk is full',
};

function unusable(path: string, advice: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new InvalidArgumentError(
    `${path} can't be used for data: ${REASONS[code] ?? message}. ${advice}`,
    { field: 'data', reason: code },
    { cause: error },
  );
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
