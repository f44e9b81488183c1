// `schema_migration`: which migrations a database has.

import type { Queryable } from '../database';

export interface LedgerEntry {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

export async function createLedger(db: Queryable): Promise<void> {
  await db.write(
    `CREATE TABLE IF NOT EXISTS schema_migration (
       version    INT UNSIGNED NOT NULL,
       name       VARCHAR(255) NOT NULL,
       checksum   CHAR(64)     NOT NULL,
       applied_at DATETIME(6)  NOT NULL,
       PRIMARY KEY (version)
     ) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin`,
  );
}

/** Empty when there is no ledger yet. */
export async function readLedger(db: Queryable): Promise<LedgerEntry[]> {
  const tables = await db.select(
    `SELECT 1
     FROM information_schema.tables
     WHERE table_schema = DATABASE()
       AND table_name = 'schema_migration'`,
  );
  if (tables.length === 0) return [];
  return db.select<LedgerEntry>('SELECT version, name, checksum FROM schema_migration ORDER BY version');
}

export async function recordMigration(db: Queryable, entry: LedgerEntry): Promise<void> {
  await db.write(
    `INSERT INTO schema_migration (version, name, checksum, applied_at)
     VALUES (?, ?, ?, UTC_TIMESTAMP(6))`,
    [entry.version, entry.name, entry.checksum],
  );
}
