// Servers on this machine: the ones that settings name, or ours, from a program that is here or can be fetched.
export { cacheDir } from './cache';
export { UnavailableLocally } from './errors';
export { startMysql } from './mysql';
export type { MysqlOptions } from './mysql';
export { namedMysql, namedTemporal, resolveMysql, resolveTemporal } from './resolve';
export { startTemporal } from './temporal';
export type { TemporalOptions } from './temporal';
export type {
  Flavor,
  LocalServer,
  Log,
  MysqlServer,
  StartedMysql,
  StartedServer,
  StartedTemporal,
  TemporalServer,
} from './types';
