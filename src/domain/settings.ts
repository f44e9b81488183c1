// The settings that come from the environment.

import { InvalidArgumentError } from './errors';

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_TASK_QUEUE = 'dlc';

const ADVICE =
  'Write mysql://user:password@host:3306/database, and percent-encode / # @ % in the password. ' +
  'dlc up starts a MySQL and prints its address.';

/** `DLC_MYSQL_URL`. @throws InvalidArgumentError when it isn't set, or is no MySQL address. */
export function mysqlUrl(environment: Environment): string {
  const url = environment['DLC_MYSQL_URL'];
  if (!url) throw wrongMysqlUrl("Where is MySQL? DLC_MYSQL_URL isn't set.");
  const fault = faultOf(url);
  if (fault !== undefined) throw wrongMysqlUrl(`DLC_MYSQL_URL ${fault}.`);
  return url;
}

/** For what is wrong with the address; `what` must not show the password. */
export function wrongMysqlUrl(what: string, cause?: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${what} ${ADVICE}`, { field: 'DLC_MYSQL_URL' }, { cause });
}

function faultOf(text: string): string | undefined {
  if (!/^(mysql|mariadb):\/\//.test(text)) return "isn't a MySQL address";
  // A character of the password that means something in a URL mostly ends up as a port that is none.
  if (!URL.canParse(text)) return 'has no valid host and port';
  const { hostname, pathname, hash, username, password } = new URL(text);
  if (hostname === '') return 'names no host';
  if (hash !== '') return 'has a # in it';
  if (pathname.length < 2) return 'names no database';
  if (pathname.includes('/', 1)) return 'has a / too many';
  if (![hostname, pathname, username, password].every(isPercentEncoded)) return 'has a % that encodes nothing';
  return undefined;
}

function isPercentEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** `DLC_TASK_QUEUE`, or `dlc`. */
export function taskQueue(environment: Environment): string {
  return environment['DLC_TASK_QUEUE'] || DEFAULT_TASK_QUEUE;
}
