// Looks for a program on PATH and where systems put servers that they keep off a user's PATH.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

const SERVER_DIRECTORIES =
  process.platform === 'win32' ? [] : ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/mysql/bin'];

/** The paths of all programs of these names, in the order of the names. */
export async function programsOnPath(
  names: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
  const directories = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...SERVER_DIRECTORIES];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const candidates = names.flatMap((name) => directories.map((directory) => resolve(join(directory, name + suffix))));
  const found: string[] = [];
  for (const path of new Set(candidates)) if (await isProgram(path)) found.push(path);
  return found;
}

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
