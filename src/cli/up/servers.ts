// MySQL and Temporal for `dlc up`: those that the settings name, else ours.

import { SEARCH_ATTRIBUTES } from '../../domain/messages';
import { UnavailableError } from '../../domain/errors';
import type { Environment } from '../../domain/settings';
import { resolveMysql, resolveTemporal, startMysql, startTemporal } from '../../local';
import type { LocalServer, Log, MysqlServer, StartedServer, TemporalServer } from '../../local';
import { portLike } from './data';
import type { DataFolder } from './data';
import type { UpOptions } from './options';

export interface Surroundings {
  readonly data: DataFolder;
  readonly environment: Environment;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told when a server of ours ends by itself. */
  readonly onExit: (what: string) => void;
}

export async function mysqlFor(options: UpOptions, around: Surroundings): Promise<MysqlServer> {
  const { data, environment, log, signal, onExit } = around;
  const settings = {
    dataDir: data.mysqlDir,
    port: await portLike(options.mysqlPort, data.last.mysqlUrl),
    fast: options.ephemeral === true,
    log,
    signal,
    onExit: (how: string) => onExit(`MySQL ${how}`),
  };
  // A port can only be meant for a server of ours.
  if (options.mysqlPort !== undefined) return startMysql(settings);
  return resolveMysql(settings, environment).catch(withAdvice('DLC_MYSQL_URL', environment));
}

export async function temporalFor(options: UpOptions, around: Surroundings): Promise<TemporalServer> {
  const { data, environment, log, signal, onExit } = around;
  const { temporalPort, temporalHttpPort, temporalUiPort } = options;
  const settings = {
    dataFile: data.temporalFile,
    port: await portLike(temporalPort, data.last.temporalAddress),
    httpPort: await portLike(temporalHttpPort, data.last.temporalHttpUrl),
    uiPort: await portLike(temporalUiPort, data.last.temporalUiUrl),
    namespace: options.namespace ?? (environment['TEMPORAL_NAMESPACE'] || undefined),
    searchAttributes: { [SEARCH_ATTRIBUTES.dataflow]: 'Keyword', [SEARCH_ATTRIBUTES.partition]: 'Keyword' } as const,
    log,
    signal,
    onExit: (how: string) => onExit(`Temporal ${how}`),
  };
  if ([temporalPort, temporalHttpPort, temporalUiPort].some((port) => port !== undefined)) {
    return startTemporal(settings);
  }
  return resolveTemporal(settings, environment).catch(withAdvice('TEMPORAL_ADDRESS', environment));
}

/** Whether we started it: what was there before isn't ours to connect to as we like, nor to stop. */
export function isOurs(server: LocalServer): server is StartedServer {
  return 'pid' in server;
}

function withAdvice(setting: string, environment: Environment): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UnavailableError) || !environment[setting]) throw error;
    throw new UnavailableError(`${error.message}. Unset ${setting} to have dlc up start one.`, error.details, {
      cause: error,
    });
  };
}
