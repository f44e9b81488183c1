// `dlc migrate`: brings a database up to this version. Run by a person or a deployment step, never by a worker.
// Our own hundred lines rather than a library: the known ones know neither the lock, nor the checksums, nor the refusal of
// a newer database, which are the part that matters.

import { UnavailableError } from '../../domain/errors';
import type { Database, Queryable } from '../database';
import { isApplied } from '../mysql-errors';
import { createLedger, readLedger, recordMigration } from './ledger';
import type { LedgerEntry } from './ledger';
import { readMigrations } from './migrations';
import type { Migration } from './migrations';

const LOCK = 'datalake-lineage.migrate';
const LOCK_SECONDS = 60;

/**
 * Applies what is missing, in order, and returns it. Safe to run by many at once, and again after a crash at any line:
 * every migration can be repeated.
 * @throws UnavailableError when the database is newer than this version, or was migrated by files other than ours.
 */
export async function migrate(db: Database, migrations: readonly Migration[] = readMigrations()): Promise<Migration[]> {
  return db.withConnection((connection) =>
    withLock(connection, async () => {
      await createLedger(connection);
      const missing = pending(await readLedger(connection), migrations);
      for (const migration of missing) {
        await apply(connection, migration);
        await recordMigration(connection, migration);
      }
      return missing;
    }),
  );
}

/**
 * What a worker asks before it starts.
 * @throws UnavailableError when the schema is older or newer than this version.
 */
export async function checkSchema(db: Queryable, migrations: readonly Migration[] = readMigrations()): Promise<void> {
  const missing = pending(await readLedger(db), migrations);
  if (missing.length === 0) return;
  throw new UnavailableError(
    `The database lacks ${String(missing.length)} of ${String(migrations.length)} migrations. Run dlc migrate, then start again.`,
    { missing: missing.map((migration) => migration.name) },
  );
}

/** A statement that took effect before a crash, and wasn't recorded, has nothing left to do. */
async function apply(connection: Queryable, { sql }: Migration): Promise<void> {
  try {
    await connection.write(sql);
  } catch (error) {
    if (!isApplied(error)) throw error;
  }
}

function pending(applied: readonly LedgerEntry[], known: readonly Migration[]): Migration[] {
  for (const entry of applied) {
    const migration = known[entry.version - 1];
    if (!migration) {
      throw new UnavailableError(
        `The database is newer than this version of datalake-lineage: it has migration ${String(entry.version)} (${entry.name}). Upgrade the package.`,
        { version: entry.version },
      );
    }
    if (migration.checksum !== entry.checksum) {
      throw new UnavailableError(
        `Migration ${String(entry.version)} (${migration.name}) isn't the one that the database has. Use the released package.`,
        { version: entry.version },
      );
    }
  }
  const versions = new Set(applied.map((entry) => entry.version));
  return known.filter((migration) => !versions.has(migration.version));
}

async function withLock<T>(connection: Queryable, work: () => Promise<T>): Promise<T> {
  const [row] = await connection.select<{ locked: number | null }>('SELECT GET_LOCK(?, ?) AS locked', [
    LOCK,
    LOCK_SECONDS,
  ]);
  if (row?.locked !== 1) {
    throw new UnavailableError(
      `Another migration of this database has been running for ${String(LOCK_SECONDS)} s. Try again later.`,
    );
  }
  try {
    return await work();
  } finally {
    await connection.select('SELECT RELEASE_LOCK(?)', [LOCK]);
  }
}
