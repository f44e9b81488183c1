// Where a MySQL or MariaDB server program comes from on this machine.
import { InvalidArgumentError, UnavailableError } from '../domain/errors';
import { MYSQLD_FROM_APT, fetchMysqldWithApt } from './apt-mysqld';
import { cached } from './cache';
import { firstOf } from './chain';
import type { Step } from './chain';
import { NotHere, reasonOf } from './errors';
import { isProgram, programsOnPath } from './find-program';
import { MYSQL_FROM_NPM, fetchMysqldWithNpmPackage } from './mysql-download';
import { describeMysqld, nameOf } from './mysqld';
import type { Mysqld } from './mysqld';
import type { TemporalBinary } from './temporal-binary';
import type { Flavor, Log } from './types';

export interface FindMysqlOptions {
  /** Which one to take where both are to be had. */
  readonly prefer: Flavor;
  /** Data that is kept already: only this one can read it. */
  readonly only?: { readonly flavor: Flavor; readonly because: string } | undefined;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

export type FoundMysqld = Mysqld & Pick<TemporalBinary, 'source'>;

const ADVICE =
  'Install MySQL 8.4 or later, or MariaDB 10.11 or later (`apt-get install mariadb-server`, `brew install mysql`), ' +
  'name the server program in DLC_MYSQLD, or point DLC_MYSQL_URL at a server that runs already.';

/** Throws UNAVAILABLE if no way leads to a program. */
export function findMysql(options: FindMysqlOptions): Promise<FoundMysqld> {
  const { log, signal, only } = options;
  const advice = only ? `${only.because}\n${ADVICE}` : ADVICE;
  return firstOf({ what: 'MySQL', steps: mysqlSteps(options), advice, log, signal });
}

export function mysqlSteps({ prefer, only, log, signal, env = process.env }: FindMysqlOptions): Step<FoundMysqld>[] {
  const first = only?.flavor ?? prefer;
  const flavors: Flavor[] = only ? [only.flavor] : first === 'mysql' ? ['mysql', 'mariadb'] : ['mariadb', 'mysql'];
  const fetching = { log, signal };

  const take = async (path: string, how: string): Promise<FoundMysqld> => {
    const mysqld = await describeMysqld(path);
    if (!flavors.includes(mysqld.flavor)) throw new NotHere(`${path} is ${nameOf(mysqld)}; ${only?.because ?? ''}`);
    return { ...mysqld, source: `${nameOf(mysqld)} at ${path}, ${how}` };
  };

  const steps: Step<FoundMysqld>[] = [
    { name: 'DLC_MYSQLD', find: () => named(env['DLC_MYSQLD'], take) },
    { name: 'PATH', find: () => onPath(flavors, env, take) },
    { name: 'the cache', find: () => fromCache(flavors, take) },
  ];
  if (flavors.includes('mysql') && first === 'mysql') {
    steps.push({
      name: 'the download by mysql-memory-server (cdn.mysql.com)',
      slow: true,
      find: async () => take(await fetchMysqldWithNpmPackage(fetching), 'downloaded by mysql-memory-server'),
    });
  }
  steps.push({
    name: `apt (${flavors.map((flavor) => `${flavor}-server-core`).join(' or ')})`,
    slow: true,
    find: async () => take(await fetchMysqldWithApt(flavors, fetching), 'unpacked from apt, nothing installed'),
  });
  return steps;
}

type Take = (path: string, how: string) => Promise<FoundMysqld>;

// Somebody named it: if it's wrong, say so rather than run another one.
async function named(path: string | undefined, take: Take): Promise<FoundMysqld> {
  if (!path) throw new NotHere('not set');
  if (!(await isProgram(path))) {
    throw new InvalidArgumentError(`DLC_MYSQLD names ${path}, which is no program that can be run.`);
  }
  return take(path, 'named by DLC_MYSQLD').catch((error: unknown) => {
    throw new UnavailableError(`DLC_MYSQLD can't be used: ${reasonOf(error)}`);
  });
}

// `mysqld` may be MariaDB's own name for itself, so all are asked.
async function onPath(flavors: readonly Flavor[], env: NodeJS.ProcessEnv, take: Take): Promise<FoundMysqld> {
  const names = flavors[0] === 'mysql' ? ['mysqld', 'mariadbd'] : ['mariadbd', 'mysqld'];
  const paths = await programsOnPath(names, env);
  if (paths.length === 0) throw new NotHere('no `mysqld` or `mariadbd` there');
  return firstFit(paths, flavors, take, 'on PATH');
}

async function fromCache(flavors: readonly Flavor[], take: Take): Promise<FoundMysqld> {
  const entries = await Promise.all([MYSQL_FROM_NPM, MYSQLD_FROM_APT.mysql, MYSQLD_FROM_APT.mariadb].map(cached));
  const paths = entries.filter((path) => path !== undefined);
  if (paths.length === 0) throw new NotHere('nothing fetched yet');
  return firstFit(paths, flavors, take, 'fetched earlier');
}

async function firstFit(
  paths: readonly string[],
  flavors: readonly Flavor[],
  take: Take,
  how: string,
): Promise<FoundMysqld> {
  const results = await Promise.allSettled(paths.map((path) => take(path, how)));
  const fits = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  const best = flavors.map((flavor) => fits.find((fit) => fit.flavor === flavor)).find((fit) => fit !== undefined);
  if (best) return best;
  throw new NotHere(results.map((result) => (result.status === 'rejected' ? reasonOf(result.reason) : '')).join('; '));
}
