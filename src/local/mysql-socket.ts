// Where a server's Unix socket lives: beside its data, or, since the path of one is limited, in a temporary directory. Either way only
// its owner may enter: whoever reaches MySQL's socket is root to it without a password.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataPaths } from './mysql-data';

export interface SocketPlace {
  readonly socket: string;
  readonly remove: () => Promise<void>;
}

// 107 bytes on Linux, 103 on macOS.
const LONGEST = 100;

/** Made empty: what a killed server left there would hold up the next. The data's lock must be ours. */
export async function makeSocketPlace({ run }: DataPaths): Promise<SocketPlace> {
  await rm(run, { recursive: true, force: true });
  const directory = Buffer.byteLength(join(run, 's')) <= LONGEST ? run : await mkdtemp(join(shortTmp(), 'dlc-'));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  return { socket: join(directory, 's'), remove: () => rm(directory, { recursive: true, force: true }) };
}

// TMPDIR may be long itself.
function shortTmp(): string {
  return process.platform === 'win32' ? tmpdir() : '/tmp';
}
