// The real database, a step at a time: each read, write and transaction of an actor waits for the scheduler first. A
// transaction may be held just before its commit, and its worker may be killed there or right after it.
// The session's clock is the simulation's: so the rows themselves tell in which order things happened.

import { currentActor, Killed } from '../temporal/actors';
import type { Actor } from '../temporal/actors';
import type { Simulation } from '../temporal/simulation';
import { Database } from '../../../src/store';
import type { MysqlSettings, Queryable, SqlValue } from '../../../src/store/database';
import type { Journal } from './journal';

/** What lies around the calls to the database, for tests that break the protocol on purpose. */
export interface Tampering {
  /** May replace a transaction's outcome without running it. */
  transaction?<T>(actor: Actor, run: () => Promise<T>): Promise<T>;
  rows?<Row>(sql: string, rows: Row[]): Row[];
}

/** Kills the worker at one of its next commits. */
export interface ArmedKill {
  readonly when: 'before' | 'after';
  /** Commits that pass first. */
  skip: number;
}

export interface Script {
  readonly simulation: Simulation;
  readonly journal: Journal;
  readonly tampering: Tampering;
}

export class SteppedDatabase extends Database {
  armed: ArmedKill | undefined;
  /** Called when an armed kill strikes. */
  kill: () => void = () => undefined;
  /** Kills just before a commit, and just after one. */
  readonly killed = { before: 0, after: 0 };
  private script: Script | undefined;

  constructor(
    settings: MysqlSettings,
    /** Seconds until a lock that somebody holds is refused: MariaDB can refuse it at once, MySQL takes a second. */
    private readonly lockWait: 0 | 1,
  ) {
    super(settings);
  }

  play(script: Script | undefined): void {
    this.script = script;
    this.armed = undefined;
  }

  override async select<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const { script } = this;
    const actor = currentActor();
    if (!script || !actor) return super.select<Row>(sql, values);
    await script.simulation.gates.pass(`reads ${tableOf(sql)}`);
    const rows = await script.simulation.outside(() => {
      if (!sql.includes('UTC_TIMESTAMP')) return super.select<Row>(sql, values);
      return super.withConnection(async (connection) => {
        await this.setClock(connection, script);
        return connection.select<Row>(sql, values);
      });
    });
    return script.tampering.rows?.(sql, rows) ?? rows;
  }

  override async write(sql: string, values: readonly SqlValue[] = []): ReturnType<Database['write']> {
    if (!this.script || !currentActor()) return super.write(sql, values);
    return this.transaction((tx) => tx.write(sql, values));
  }

  override async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const { script } = this;
    const actor = currentActor();
    if (!script || !actor) return super.transaction(work);
    const run = (): Promise<T> => this.stepped(script, actor, work);
    return script.tampering.transaction?.(actor, run) ?? run();
  }

  private async stepped<T>(script: Script, actor: Actor, work: (tx: Queryable) => Promise<T>): Promise<T> {
    const { simulation, journal } = script;
    const way = await simulation.gates.pass('transaction', { mayHold: true });
    let entry = journal.begin(actor);
    const result = await simulation.outside(() =>
      super.transaction(async (tx) => {
        if (actor.dead) throw new Killed('before another try');
        entry = journal.begin(actor);
        await this.setClock(tx, script);
        const done = await work(entry.observe(tx));
        if (entry.writes && this.strikes(actor, 'before')) {
          this.kill();
          throw new Killed('before the commit');
        }
        if (way === 'hold' && entry.writes) {
          await simulation.inside(() => simulation.gates.pass('commit', { onDeath: 'throw' }));
        }
        return done;
      }),
    );
    if (entry.writes) {
      journal.commit(entry);
      if (this.strikes(actor, 'after')) {
        this.kill();
        return new Promise(() => undefined);
      }
    }
    return result;
  }

  private strikes(actor: Actor, when: ArmedKill['when']): boolean {
    if (this.armed?.when !== when || actor.facts['activityType'] === undefined || actor.dead) return false;
    if (this.armed.skip-- > 0) return false;
    this.armed = undefined;
    this.killed[when]++;
    return true;
  }

  // A lock that somebody holds is refused rather than waited for: who holds it goes on in a later step.
  private async setClock(connection: Queryable, { simulation }: Script): Promise<void> {
    const seconds = (simulation.clock.now / 1000).toFixed(3);
    await connection.write(`SET timestamp = ${seconds}, innodb_lock_wait_timeout = ${this.lockWait}`);
  }
}

const tableOf = (sql: string): string => /\bFROM\s+(\w+)/.exec(sql)?.[1] ?? sql.slice(0, 20);
