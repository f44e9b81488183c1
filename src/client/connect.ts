// Where MySQL and Temporal are: from the options, else from the settings.

import { userInfo } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { mysqlUrl, taskQueue } from '../domain/settings';
import type { Environment } from '../domain/settings';
import { checkSchema, Database } from '../store';
import type { MysqlSettings } from '../store';
import { SearchAttributes } from '../temporal/search-attributes';
import type { Context } from './context';
import { OpenCalls } from './open-calls';
import { temporalSettings } from './temporal-settings';

export interface ConnectOptions {
  /** `mysql://user:password@host:port/database`, or mysql2's pool options. Default: `DLC_MYSQL_URL`. */
  readonly mysql?: MysqlSettings;
  /** A Temporal client of your own; it stays yours to close. Default: one from `TEMPORAL_*` and its profiles. */
  readonly temporal?: Client;
  /** Default: `DLC_TASK_QUEUE`, or `dlc`. */
  readonly taskQueue?: string;
  /** Zones from low to high, for example `['rz', 'sz', 'cz']`: relations against it are refused. Default: no order. */
  readonly zoneOrder?: readonly string[];
  /** Who does what is done through this coordinator; kept with it. Default: the user of this process. */
  readonly by?: string;
  /** Told what went wrong without stopping anything. Default: `console.warn`. */
  readonly warn?: (message: string) => void;
  /** Default: `process.env`. */
  readonly environment?: Environment;
}

export interface Connected extends Context {
  readonly close: () => Promise<void>;
}

/** @throws InvalidArgumentError without an address; UnavailableError when MySQL isn't there or isn't migrated. */
export async function connect(options: ConnectOptions = {}): Promise<Connected> {
  const environment = options.environment ?? process.env;
  const mysql = options.mysql ?? mysqlUrl(environment);
  const calls = new OpenCalls();
  const temporal: OwnedClient = options.temporal ? { client: options.temporal } : ownClient(environment, calls);
  const db = new Database(mysql);
  const close = async (): Promise<void> => {
    await calls.end();
    await temporal.close?.();
    await db.close();
  };
  try {
    await checkSchema(db);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    db,
    temporal: temporal.client,
    calls,
    searchAttributes: new SearchAttributes(options.warn ?? warn),
    taskQueue: options.taskQueue ?? taskQueue(environment),
    actor: options.by ?? userName(),
    zoneOrder: options.zoneOrder ?? [],
    close,
  };
}

interface OwnedClient {
  readonly client: Client;
  readonly close?: () => Promise<void>;
}

// Lazy: what only reads MySQL needs no Temporal.
function ownClient(environment: Environment, { interceptors }: OpenCalls): OwnedClient {
  const { connectionOptions, namespace } = temporalSettings(environment);
  const connection = Connection.lazy({ ...connectionOptions, interceptors });
  const client = new Client({ connection, namespace });
  return { client, close: () => connection.close() };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user need not have a name.
    return `uid ${String(process.getuid?.() ?? '')}`.trim();
  }
}

function warn(message: string): void {
  console.warn(message);
}
