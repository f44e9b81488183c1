// The folder with everything that `dlc up` keeps: the database, Temporal's file, their logs, and where they were last.

import { rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../../domain/settings';
import type { Addresses } from './addresses';
import { makeFolder, makeTemporaryFolder } from './folder';

export interface DataFolder {
  readonly mysqlDir: string;
  readonly temporalFile: string;
  /** Where the servers were when this folder was last in use. */
  readonly last: Partial<Addresses>;
  readonly remember: (addresses: Addresses, ours: { mysql: boolean; temporal: boolean }) => Promise<void>;
  /** Removes it, if it was to be thrown away. */
  readonly release: () => Promise<void>;
  /** The same at once, as far as it goes. */
  readonly discard: () => void;
}

export async function openData(folder: string | undefined): Promise<DataFolder> {
  if (folder === undefined) {
    const temporary = await makeTemporaryFolder();
    return {
      ...paths(temporary),
      release: () => rm(temporary, { recursive: true, force: true }),
      discard: () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }),
    };
  }
  const home = await makeFolder(folder);
  return { ...paths(home), last: await lastOf(home), release: () => Promise.resolve(), discard: () => undefined };
}

function paths(home: string): Omit<DataFolder, 'release' | 'discard'> {
  return {
    mysqlDir: join(home, 'mysql'),
    temporalFile: join(home, 'temporal', 'temporal.db'),
    last: {},
    remember: async ({ mysqlUrl, temporalAddress, temporalHttpUrl, temporalUiUrl }, ours) => {
      const last = {
        ...(ours.mysql && { mysqlUrl }),
        ...(ours.temporal && { temporalAddress, temporalHttpUrl, temporalUiUrl }),
      };
      await writeFile(join(home, 'up.json'), JSON.stringify(last), { mode: 0o600 });
    },
  };
}

async function lastOf(home: string): Promise<Partial<Addresses>> {
  try {
    return JSON.parse(await readFile(join(home, 'up.json'), 'utf8')) as Partial<Addresses>;
  } catch {
    return {}; // never up, or not to its end
  }
}

/** The settings without those that name our own servers of last time: whoever has exported them wants these back. */
export function withoutOwn(environment: Environment, last: Partial<Addresses>): Environment {
  const own = { DLC_MYSQL_URL: last.mysqlUrl, TEMPORAL_ADDRESS: last.temporalAddress };
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => value === undefined || own[name as keyof typeof own] !== value,
    ),
  );
}

/** The port that was asked for, or that of last time if it is still free, so that what another shell has exported stays true. */
export async function portLike(asked: number | undefined, last: string | null | undefined): Promise<number> {
  if (asked !== undefined) return asked;
  const port = Number(/:(\d+)(?:\/[^/]*)?$/.exec(last ?? '')?.[1] ?? 0);
  return port !== 0 && (await isFree(port)) ? port : 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => settle(true)));
  });
}
