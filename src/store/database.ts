// The connection pool and the one way to run a transaction: READ COMMITTED, UTC, strict SQL, retried on deadlock.

import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolConnection, PoolOptions, ResultSetHeader } from 'mysql2/promise';
import { Connections, LIMITS } from './connections';
import type { Ask, Limits } from './connections';
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

export class Database implements Queryable {
  private readonly connections: Connections;
  private readonly limits: Limits;

  constructor(settings: MysqlSettings, limits: Partial<Limits> = {}) {
    this.limits = { ...LIMITS, ...limits };
    const options: PoolOptions = {
      connectionLimit: 10,
      connectTimeout: 5_000,
      // The kernel finds out about those that nobody waits for.
      keepAliveInitialDelay: 10_000,
      ...(typeof settings === 'string' ? { uri: settings } : settings),
      charset: 'utf8mb4_bin',
      timezone: 'Z',
      supportBigNumbers: true,
      // MariaDB's JSON is text, MySQL's isn't: both arrive as text.
      jsonStrings: true,
      multipleStatements: false,
    };
    this.connections = new Connections(options, this.limits);
  }

  async select<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.withConnection((connection) => connection.select<Row>(sql, values), this.limits);
  }

  async write(sql: string, values: readonly SqlValue[] = []): Promise<ResultSetHeader> {
    return this.withConnection((connection) => connection.write(sql, values), this.limits);
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

  /**
   * Runs `work` on one connection, for what belongs to a session (locks). A statement may take as long as it does, by default: one
   * that waits for a lock by name, or rebuilds a table.
   */
  async withConnection<T>(
    work: (connection: Queryable) => Promise<T>,
    limits: Pick<Limits, 'statementMs'> = { statementMs: Infinity },
  ): Promise<T> {
    try {
      return await this.connections.use((connection, ask) => work(queryable(connection, ask)), limits);
    } catch (error) {
      throw toDlcError(error);
    }
  }

  /** Ends all connections, once what runs on them has ended. Safe to call twice. */
  async close(): Promise<void> {
    await this.connections.close();
  }

  private async attempt<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.connections.use(async (connection, ask) => {
      try {
        await ask(() => connection.beginTransaction());
        const result = await work(queryable(connection, ask));
        await ask(() => connection.commit());
        return result;
      } catch (error) {
        // A connection in an unknown state is worth less than a new one.
        await ask(() => connection.rollback()).catch(() => {
          this.connections.discard(connection);
        });
        throw error;
      }
    }, this.limits);
  }
}

// Errors stay MySQL's own inside a transaction, so that a deadlock is still seen as one by the retry around it.
function queryable(connection: PoolConnection, ask: Ask): Queryable {
  return {
    select: async <Row>(sql: string, values: readonly SqlValue[] = []) =>
      (await ask(() => connection.query(sql, [...values])))[0] as Row[],
    write: async (sql, values = []) => (await ask(() => connection.query<ResultSetHeader>(sql, [...values])))[0],
  };
}
