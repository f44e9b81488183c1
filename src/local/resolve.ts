// The first step of the chain: a server that the settings name is used as it is, and never stopped. Only without one do we start ours.
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DlcError, UnavailableError } from '../domain/errors';
import { mysqlUrl } from '../domain/settings';
import { reasonOf } from './errors';
import { startMysql } from './mysql';
import type { MysqlOptions } from './mysql';
import { askMysql } from './mysql-probe';
import { startTemporal } from './temporal';
import type { TemporalOptions } from './temporal';
import { assertTemporalAnswers } from './temporal-probe';
import type { Log, MysqlServer, StartedMysql, StartedTemporal, TemporalServer } from './types';

type Environment = Readonly<Record<string, string | undefined>>;

/** The service at TEMPORAL_ADDRESS, or one of ours. Throws UNAVAILABLE if the one named doesn't answer. */
export async function resolveTemporal(
  options: TemporalOptions,
  env: Environment = process.env,
): Promise<TemporalServer | StartedTemporal> {
  return (await namedTemporal(options, env)) ?? startTemporal(options);
}

/** The server at DLC_MYSQL_URL, or one of ours. Throws UNAVAILABLE if the one named doesn't answer, INVALID_ARGUMENT if that is no address. */
export async function resolveMysql(
  options: MysqlOptions,
  env: Environment = process.env,
): Promise<MysqlServer | StartedMysql> {
  return (await namedMysql(options, env)) ?? startMysql(options);
}

/** With TLS, API key and profile as the Temporal settings have them. Undefined if TEMPORAL_ADDRESS isn't set. */
export async function namedTemporal(
  { log, namespace: asked }: Pick<TemporalOptions, 'log' | 'namespace'>,
  env: Environment = process.env,
): Promise<TemporalServer | undefined> {
  const address = env['TEMPORAL_ADDRESS'];
  if (!address) {
    notSet('Temporal', 'TEMPORAL_ADDRESS', log);
    return;
  }
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const settings = loadClientConnectConfig({ overrideEnvVars });
  const namespace = asked ?? settings.namespace ?? 'default';
  await assertTemporalAnswers({ connection: settings.connectionOptions, namespace }).catch(
    refused(`Temporal at ${address} (TEMPORAL_ADDRESS), namespace ${namespace},`),
  );
  const source = `the service at ${address}, named by TEMPORAL_ADDRESS`;
  log(`Temporal: ${source}`);
  return { address, namespace, httpUrl: null, uiUrl: null, source, stop: () => Promise.resolve() };
}

/** Undefined if DLC_MYSQL_URL isn't set. */
export async function namedMysql(
  { log }: Pick<MysqlOptions, 'log'>,
  env: Environment = process.env,
): Promise<MysqlServer | undefined> {
  if (!env['DLC_MYSQL_URL']) {
    notSet('MySQL', 'DLC_MYSQL_URL', log);
    return;
  }
  const url = mysqlUrl(env);
  const { host } = new URL(url);
  const facts = await askMysql(url).catch(refused(`MySQL at ${host} (DLC_MYSQL_URL)`));
  const source = `the server at ${host}, named by DLC_MYSQL_URL`;
  log(`MySQL: ${source}`);
  return { url, ...facts, source, stop: () => Promise.resolve() };
}

function notSet(what: string, setting: string, log: Log): void {
  log(`${what}: no server named: ${setting} is not set`);
}

// Named and silent is an error, not a reason to start another: somebody means that one.
function refused(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof DlcError) throw error;
    throw new UnavailableError(`${what} doesn't answer: ${reasonOf(error)}`, {}, { cause: error });
  };
}
