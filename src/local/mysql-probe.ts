// Does a MySQL server really answer: a login and a query?
import { createConnection } from 'mysql2/promise';
import type { Flavor } from './types';

export interface MysqlFacts {
  readonly version: string;
  readonly flavor: Flavor;
}

/** What answered. Throws what the server (or its absence) says. */
export async function askMysql(url: string): Promise<MysqlFacts> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
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

export async function assertMysqlAnswers(url: string): Promise<void> {
  await askMysql(url);
}
