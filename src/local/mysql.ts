// A MySQL or MariaDB server on this machine, on a data directory of its own, reachable from this machine only.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { InvalidArgumentError } from '../domain/errors';
import { lockData } from './data-lock';
import type { DataLock } from './data-lock';
import { findMysql } from './mysql-binary';
import type { FoundMysqld } from './mysql-binary';
import { dataPaths, flavorOfData, initialise, passwordOf } from './mysql-data';
import type { DataPaths } from './mysql-data';
import { assertMysqlAnswers } from './mysql-probe';
import { FAST, KEPT, grants, serverArguments } from './mysql-settings';
import { makeSocketPlace } from './mysql-socket';
import { LOOPBACK, choosePort } from './ports';
import { untilReady } from './ready';
import { ServerProcess } from './server-process';
import { retryOnStolenPort } from './stolen-port';
import { Supervised } from './supervised';
import type { Flavor, Log, StartedMysql } from './types';

export interface MysqlOptions {
  /** A directory of ours alone; made if it isn't there. What is in it is used again. */
  readonly dataDir: string;
  /** 0 or left out: any free one. A port that is asked for and taken is an error. */
  readonly port?: number | undefined;
  /** Made if it isn't there. Default `dlc`. */
  readonly database?: string | undefined;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** Which one to take where both are to be had and there is no data yet. Default MySQL. */
  readonly prefer?: Flavor | undefined;
  /** For tests: nothing is flushed to the disk. Survives the death of the server, not of the machine. */
  readonly fast?: boolean | undefined;
  /** Told if the server ends without `stop`, `kill` or `restart`. */
  readonly onExit?: ((how: string) => void) | undefined;
}

const USER = 'dlc';
const START_MS = 120_000; // recovery after a crash included
const STOP_MS = 30_000;

/** Throws UNAVAILABLE if no server can be found, the data is in use, the port is taken, or it dies; the message says which. */
export async function startMysql(options: MysqlOptions): Promise<StartedMysql> {
  const database = options.database ?? 'dlc';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(database)) {
    throw new InvalidArgumentError(`"${database}" is no database name: letters, digits, _ and -, 64 at most.`, {
      field: 'database',
    });
  }
  const paths = dataPaths(options.dataDir);
  await mkdir(paths.home, { recursive: true, mode: 0o700 });
  const lock = await lockData(paths.lock, paths.home, options.log);
  try {
    const mysqld = await findProgram(options, paths);
    options.log(`MySQL: ${mysqld.source}`);
    await initialise(mysqld, paths, options.fast ? FAST[mysqld.flavor] : KEPT, options.signal);
    const { log, port } = options;
    return await retryOnStolenPort({ log, asked: [port] }, () => launch(options, mysqld, paths, database, lock));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function findProgram({ prefer = 'mysql', log, signal }: MysqlOptions, paths: DataPaths): Promise<FoundMysqld> {
  const flavor = await flavorOfData(paths);
  const because =
    `${paths.home} holds data of ${flavor === 'mariadb' ? 'MariaDB' : 'MySQL'}, which only a server of that kind can read: ` +
    'use one, or choose another directory.';
  return findMysql({ prefer, only: flavor && { flavor, because }, log, signal });
}

async function launch(
  options: MysqlOptions,
  mysqld: FoundMysqld,
  paths: DataPaths,
  database: string,
  lock: DataLock,
): Promise<StartedMysql> {
  const port = await choosePort(options.port, 'MySQL');
  const password = await passwordOf(paths);
  const url = `mysql://${USER}:${password}@${LOOPBACK}:${port}/${database}`;
  const { socket, remove } = await makeSocketPlace(paths);
  await writeFile(paths.init, grants(USER, password, database), { mode: 0o600 });
  await chmod(paths.init, 0o600);
  const tuning = options.fast ? FAST[mysqld.flavor] : KEPT;
  const args = [...mysqld.first, ...serverArguments({ mysqld, paths, port, socket }), ...tuning];

  const server = await Supervised.start({
    graceMs: STOP_MS,
    onExit: options.onExit,
    release: remove,
    launch: async () => {
      const process = await ServerProcess.start({ command: mysqld.path, args, logFile: paths.log });
      await lock.servedBy(process.pid);
      await untilReady({
        what: mysqld.flavor === 'mysql' ? 'MySQL' : 'MariaDB',
        process,
        logFile: paths.log,
        deadlineMs: START_MS,
        probe: () => assertMysqlAnswers(url),
        signal: options.signal,
      }).catch(async (error: unknown) => {
        await process.kill();
        throw error;
      });
      return process;
    },
  });
  return {
    url,
    flavor: mysqld.flavor,
    version: mysqld.version,
    source: mysqld.source,
    logFile: paths.log,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      await lock.release();
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
  };
}
