// The connection pool and the one way to run a transaction: READ COMMITTED, UTC, strict SQL, retried on deadlock.

import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions, ResultSetHeader } from 'mysql2/promise';
import { wrongMysqlUrl } from '../domain/settings';
import { isConflict, toDlcError } from './mysql-errors';

/** A value that a statement may bind; JSON goes in as text (`toJson`), an array expands into `IN (?)` or `VALUES ?`. */
export type SqlValue = string | number | boolean | Date | null | SqlValue[];

/** What reads and writes can run on: the pool, or one transaction. */
export interface Queryable {
  select<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  write(sql: string, values?: readonly SqlValue[]): Promise<ResultSetHeader>;
}

/** A MySQL address `mysql://user:password@host:port/database`, or mysql2's own options. */
export type MysqlSettings = string | PoolOptions;

/** Attempts of a transaction that lost a deadlock or waited too long for a lock. */
const ATTEMPTS = 5;

const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL', innodb_lock_wait_timeout = 10`,
];

export class Database implements Queryable {
  private readonly pool: Pool;
  private closed: Promise<void> | undefined;

  constructor(settings: MysqlSettings) {
    this.pool = createPool({
      connectionLimit: 10,
      connectTimeout: 5_000,
      ...(typeof settings === 'string' ? { uri: settings } : settings),
      charset: 'utf8mb4_bin',
      timezone: 'Z',
      supportBigNumbers: true,
      // MariaDB's JSON is text, MySQL's isn't: both arrive as text.
      jsonStrings: true,
      multipleStatements: false,
    });
    this.pool.pool.on('connection', (connection) => {
      for (const statement of SESSION) connection.query(statement);
    });
  }

  async select<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return guarded(() => queryable(this.pool).select<Row>(sql, values));
  }

  async write(sql: string, values: readonly SqlValue[] = []): Promise<ResultSetHeader> {
    return guarded(() => queryable(this.pool).write(sql, values));
  }

  /**
   * Runs `work` in one transaction. It may run several times (deadlock, lock wait timeout), so it must have no effect
   * outside the transaction.
   * @throws UnavailableError when MySQL can't be reached; whatever `work` throws, after a rollback.
   */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw toDlcError(error);
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** Runs `work` on one connection, for what belongs to a session (locks). */
  async withConnection<T>(work: (connection: Queryable) => Promise<T>): Promise<T> {
    return guarded(async () => {
      const connection = await this.pool.getConnection();
      try {
        return await work(queryable(connection));
      } finally {
        connection.release();
      }
    });
  }

  /** Ends all connections, once what runs on them has ended. Safe to call twice. */
  async close(): Promise<void> {
    this.closed ??= this.pool.end();
    await this.closed;
  }

  private async attempt<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    try {
      await connection.beginTransaction();
      const result = await work(queryable(connection));
      await connection.commit();
      connection.release();
      return result;
    } catch (error) {
      // A connection in an unknown state is worth less than a new one.
      await connection.rollback().then(
        () => connection.release(),
        () => connection.destroy(),
      );
      throw error;
    }
  }
}

// It connects later: what fails here is the address, or one of the options in it (`?ssl=true`).
function createPool(options: PoolOptions): Pool {
  try {
    return mysql.createPool(options);
  } catch (error) {
    throw wrongMysqlUrl(`The address of MySQL can't be used: ${(error as Error).message}.`, error);
  }
}

// Errors stay MySQL's own inside a transaction, so that a deadlock is still seen as one by the retry around it.
function queryable(on: Pool | PoolConnection): Queryable {
  return {
    select: async <Row>(sql: string, values: readonly SqlValue[] = []) =>
      (await on.query(sql, [...values]))[0] as Row[],
    write: async (sql, values = []) => (await on.query<ResultSetHeader>(sql, [...values]))[0],
  };
}

async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toDlcError(error);
  }
}
