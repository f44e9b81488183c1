// A data directory of ours: the database's own files in `data/`, and beside them the password, the log and the lock.
// Initialised aside and moved into place whole, so that a crash halfway leaves nothing that looks like data.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UnavailableError } from '../domain/errors';
import { exists } from './cache';
import { run } from './command';
import { asRoot } from './mysqld';
import type { Mysqld } from './mysqld';
import type { Flavor } from './types';

export interface DataPaths {
  readonly home: string;
  readonly data: string;
  readonly log: string;
  readonly lock: string;
  readonly password: string;
  readonly init: string;
  /** Its own: MariaDB clears away what it takes for its leftovers, so servers that share one break each other's queries. */
  readonly tmp: string;
  /** What exists only while the server runs. */
  readonly run: string;
}

export function dataPaths(directory: string): DataPaths {
  const home = resolve(directory);
  const at = (name: string): string => join(home, name);
  return {
    home,
    data: at('data'),
    log: at('mysqld.log'),
    lock: at('lock'),
    password: at('password'),
    init: at('init.sql'),
    run: at('run'),
    tmp: at('tmp'),
  };
}

/** Whose files these are; undefined if there are none yet. */
export async function flavorOfData({ data }: DataPaths): Promise<Flavor | undefined> {
  if (await exists(join(data, 'aria_log_control'))) return 'mariadb';
  if (await exists(join(data, 'mysql.ibd'))) return 'mysql';
  return undefined;
}

/** The same one at every start, known to nobody else on this machine. */
export async function passwordOf({ password: file }: DataPaths): Promise<string> {
  const kept = (await exists(file)) ? (await readFile(file, 'utf8')).trim() : '';
  if (kept !== '') return kept; // empty: we died while writing it
  const password = randomBytes(18).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** Makes an empty database of this server's kind if there is none yet. Throws UNAVAILABLE where something else is in its place. */
export async function initialise(
  mysqld: Mysqld,
  paths: DataPaths,
  tuning: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(paths.tmp, { recursive: true, mode: 0o700 });
  if (await flavorOfData(paths)) return;
  if ((await readdir(paths.data).catch(() => [])).length > 0) {
    throw new UnavailableError(
      `${paths.data} holds something that is neither MySQL's nor MariaDB's data. Choose another directory, or empty this one.`,
    );
  }
  const fresh = `${paths.data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  const options = [...mysqld.first, `--datadir=${fresh}`, `--tmpdir=${paths.tmp}`, ...asRoot(), ...tuning];
  if (mysqld.flavor === 'mysql') {
    await run(mysqld.path, [...options, '--initialize-insecure'], { timeoutMs: 180_000, signal });
  } else {
    await bootstrapMariadb(mysqld, options, signal);
  }
  await rename(fresh, paths.data);
}

// What mariadb-install-db does, without that script: Debian's server package leaves out programs that it calls.
async function bootstrapMariadb(mysqld: Mysqld, options: readonly string[], signal?: AbortSignal): Promise<void> {
  const scripts = await mariadbScripts(mysqld);
  const more = [
    '--bootstrap',
    '--log-warnings=0',
    '--enforce-storage-engine=',
    '--max-allowed-packet=8M',
    '--net-buffer-length=16K',
  ];
  const start = "create database if not exists mysql;\nuse mysql;\nSET @auth_root_socket='root';\n";
  const input = [start, ...scripts.map((file) => ({ file }))];
  await run(mysqld.path, [...options, ...more], { timeoutMs: 180_000, input, signal });
}

// mysql_*.sql up to 10.11, mariadb_*.sql since.
const SCRIPTS = [
  /^m[a-z]+_system_tables\.sql$/,
  /^m[a-z]+_performance_tables\.sql$/,
  /^m[a-z]+_system_tables_data\.sql$/,
  /^maria_add_gis_sp_bootstrap\.sql$/,
  /^m[a-z]+_sys_schema\.sql$/,
];

async function mariadbScripts(mysqld: Mysqld): Promise<string[]> {
  const help = await run(mysqld.path, [...mysqld.first, '--verbose', '--help'], { timeoutMs: 20_000 });
  const charsets = /^character-sets-dir\s+(\S.*\S)/m.exec(help)?.[1];
  if (!charsets) throw new Error(`${mysqld.path} doesn't say where its files are (character-sets-dir).`);
  const share = dirname(resolve(charsets));
  const names = await readdir(share);
  return SCRIPTS.map((pattern) => {
    const name = names.find((file) => pattern.test(file));
    if (!name) {
      throw new Error(`MariaDB's ${pattern.source} is missing in ${share}: its server package isn't installed whole.`);
    }
    return join(share, name);
  });
}
