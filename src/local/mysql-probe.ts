// Does a MySQL server really answer: a login and a query?
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { wrongMysqlUrl } from '../domain/settings';
import { reasonOf } from './errors';
import type { Flavor } from './types';

export interface MysqlFacts {
  readonly version: string;
  readonly flavor: Flavor;
}

/** What answered. Throws what the server (or its absence) says. */
export async function askMysql(url: string): Promise<MysqlFacts> {
  const connection = await connecting(url);
  try {
    const [rows] = await connection.query({ sql: 'SELECT VERSION() AS version', timeout: 5_000 });
    const version = String((rows as { version: unknown }[])[0]?.version);
    return {
      version: /^\d+(\.\d+)*/.exec(version)?.[0] ?? version,
      flavor: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    };
  } finally {
    await connection.end();
  }
}

// What fails before it has begun is the address, not the server.
function connecting(url: string): Promise<Connection> {
  try {
    return createConnection({ uri: url, connectTimeout: 5_000 });
  } catch (error) {
    throw wrongMysqlUrl(`The address of MySQL can't be used: ${reasonOf(error)}.`, error);
  }
}

export async function assertMysqlAnswers(url: string): Promise<void> {
  await askMysql(url);
}
