// The pool, with an end to every wait. A server that is gone without a word (a failover, a firewall) leaves connections that
// never answer, and the kernel takes a quarter of an hour to say so.

import mysql from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';
import { UnavailableError } from '../domain/errors';
import { wrongMysqlUrl } from '../domain/settings';
import { isDemoted, silence } from './mysql-errors';
import { within } from './within';

export interface Limits {
  /** Milliseconds for the answer to one statement: what an attempt of an activity has, and three waits for a lock. */
  readonly statementMs: number;
  /** Milliseconds until a connection is free: longer than one that doesn't answer is kept. */
  readonly connectionMs: number;
  /**
   * Milliseconds that the server keeps a connection which asks nothing, in whole seconds: of one that was cut off it keeps the
   * transaction so long, and the locks. More than any transaction thinks between two statements.
   */
  readonly idleMs: number;
}

export const LIMITS: Limits = { statementMs: 30_000, connectionMs: 35_000, idleMs: 60_000 };

const session = ({ idleMs }: Limits): string[] => [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL', innodb_lock_wait_timeout = 10, wait_timeout = ${String(Math.ceil(idleMs / 1_000))}`,
];

/** What mysql2 has beneath its promises. */
interface Core {
  destroy(): void;
  readonly stream?: { destroy(): void } | undefined;
}

export class Connections {
  private readonly pool: Pool;
  /** Since when each is connected, and when it was last heard of. */
  private readonly open = new Map<Core, { readonly since: number; heardAt: number }>();
  /** Since then one was waited for in vain; what wasn't heard of since is as silent, likely. */
  private silentSince = -Infinity;
  /** Until then the server was another one, which may answer still: with what was true. */
  private demotedAt = -Infinity;
  private closed: Promise<void> | undefined;

  constructor(
    options: PoolOptions,
    private readonly limits: Limits,
  ) {
    this.pool = createPool(options);
    this.pool.pool.on('connection', (connection) => {
      const since = performance.now();
      this.open.set(connection, { since, heardAt: since });
      for (const end of ['end', 'error'] as const) connection.once(end, () => this.open.delete(connection));
      for (const statement of session(limits)) connection.query(statement);
    });
  }

  /**
   * Runs `work` on one connection, which is its own until then. `ask` is given each statement of it, with an end to the wait: after
   * that the connection is gone, and the error is one of MySQL's that can't be reached.
   * @throws UnavailableError when no connection comes free in time; what `work` throws.
   */
  async use<T>(
    work: (connection: PoolConnection, ask: Ask) => Promise<T>,
    { statementMs }: Pick<Limits, 'statementMs'>,
  ): Promise<T> {
    const connection = await this.acquire();
    try {
      return await work(connection, (statement) => this.ask(connection, statement, statementMs));
    } catch (error) {
      if (isDemoted(error)) {
        this.demotedAt = performance.now();
        this.discard(connection);
      }
      throw error;
    } finally {
      // Discarded, it isn't the pool's any more.
      connection.release();
    }
  }

  discard({ connection }: PoolConnection): void {
    this.destroy(connection);
  }

  /** Ends all connections, once what runs on them has ended, or is waited for in vain. Safe to call twice. */
  async close(): Promise<void> {
    this.closed ??= within(this.limits.statementMs, () => this.pool.end(), silence).catch(() => {
      for (const connection of [...this.open.keys()]) this.destroy(connection);
    });
    await this.closed;
  }

  private async acquire(): Promise<PoolConnection> {
    for (;;) {
      const { connectionMs } = this.limits;
      const connection = await within(
        connectionMs,
        () => this.pool.getConnection(),
        (after) =>
          new UnavailableError(`No connection to MySQL has come free for ${after}: all are busy. Try again later.`),
        (late) => {
          late.release();
        },
      );
      if (this.isGood(connection.connection)) return connection;
      this.discard(connection);
    }
  }

  /** Discards rather one too many: a new connection costs milliseconds. */
  private isGood(connection: Core): boolean {
    const known = this.open.get(connection);
    if (!known) return false;
    const { since, heardAt } = known;
    const idleMs = performance.now() - heardAt;
    return heardAt >= this.silentSince && since >= this.demotedAt && idleMs < this.limits.idleMs / 2;
  }

  private async ask<T>(connection: PoolConnection, statement: () => Promise<T>, limitMs: number): Promise<T> {
    const askedAt = performance.now();
    // Ours, not mysql2's `timeout`: that one isn't running yet while a statement stands behind another.
    const answer = within(limitMs, statement, (after) => {
      this.silentSince = Math.max(this.silentSince, askedAt);
      this.discard(connection);
      return silence(after);
    });
    return answer.finally(() => {
      const known = this.open.get(connection.connection);
      if (known) known.heardAt = performance.now();
    });
  }

  /** With its socket: the farewell that mysql2 sends may never be answered, and would keep the process alive. */
  private destroy(connection: Core): void {
    this.open.delete(connection);
    connection.destroy();
    connection.stream?.destroy();
  }
}

/** Runs one statement of the connection in use. */
export type Ask = <T>(statement: () => Promise<T>) => Promise<T>;

// It connects later: what fails here is the address, or one of the options in it (`?ssl=true`).
function createPool(options: PoolOptions): Pool {
  try {
    return mysql.createPool(options);
  } catch (error) {
    throw wrongMysqlUrl(`The address of MySQL can't be used: ${(error as Error).message}.`, error);
  }
}
