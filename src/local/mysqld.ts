// What a server program is: MySQL or MariaDB, which version, and how to hand it our settings and no others.
import { open } from 'node:fs/promises';
import { run } from './command';
import type { Flavor } from './types';

export interface Mysqld {
  readonly path: string;
  readonly flavor: Flavor;
  readonly version: string;
  /** First arguments of every call: keep the machine's own my.cnf out. */
  readonly first: readonly string[];
}

// What our SQL is written for and tested on.
const OLDEST = { mysql: [8, 4], mariadb: [10, 11] } as const;

/** Throws if it doesn't run (with what it says) or is too old for us. */
export async function describeMysqld(path: string): Promise<Mysqld> {
  // mysqld  Ver 9.7.4 for Linux on x86_64 (…)   |   mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for …
  const answer = await run(path, ['--no-defaults', '--version'], { timeoutMs: 20_000 });
  const version = /Ver (\d+\.\d+(\.\d+)?)/.exec(answer)?.[1];
  if (version === undefined) throw new Error(`${path} --version says: ${answer.trim()}`);
  const flavor = /mariadb/i.test(answer) ? 'mariadb' : 'mysql';
  assertNewEnough(flavor, version);
  return { path, flavor, version, first: (await saysNoDefaults(path)) ? [] : ['--no-defaults'] };
}

function assertNewEnough(flavor: Flavor, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST[flavor];
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  throw new Error(`${nameOf({ flavor, version })} is too old: ${oldMajor}.${oldMinor} or later is needed`);
}

/** For people: `MariaDB 10.11.19`. */
export function nameOf({ flavor, version }: Pick<Mysqld, 'flavor' | 'version'>): string {
  return `${flavor === 'mysql' ? 'MySQL' : 'MariaDB'} ${version}`;
}

/** MySQL and MariaDB refuse to run as root unless told to. */
export function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

// mysqld takes --no-defaults only once and first; a wrapper script around it may say it already.
async function saysNoDefaults(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const start = buffer.subarray(0, bytesRead).toString('latin1');
    return start.startsWith('#!') && start.includes('--no-defaults');
  } finally {
    await file.close();
  }
}
