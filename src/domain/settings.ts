// The settings that come from the environment.

import { InvalidArgumentError } from './errors';

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_TASK_QUEUE = 'dlc';

/** `DLC_MYSQL_URL`. @throws InvalidArgumentError when it isn't set, or is no MySQL address. */
export function mysqlUrl(environment: Environment): string {
  const url = environment['DLC_MYSQL_URL'];
  if (url && /^(mysql|mariadb):\/\/.+/.test(url)) return url;
  throw new InvalidArgumentError(
    `${url ? `DLC_MYSQL_URL isn't a MySQL address` : `Where is MySQL? DLC_MYSQL_URL isn't set`}: write mysql://user:password@host:3306/database. dlc up starts one and prints its address.`,
    { field: 'DLC_MYSQL_URL' },
  );
}

/** `DLC_TASK_QUEUE`, or `dlc`. */
export function taskQueue(environment: Environment): string {
  return environment['DLC_TASK_QUEUE'] || DEFAULT_TASK_QUEUE;
}
