// The numbered .sql files: immutable once released, one statement each (DDL isn't transactional in MySQL).

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file: a released migration that was edited is found out. */
  readonly checksum: string;
}

const DIRECTORY = join(__dirname, '..', 'migrations');

export function readMigrations(directory = DIRECTORY): Migration[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file, index) => {
    const match = /^(\d{4})_(\w+)\.sql$/.exec(file);
    const version = Number(match?.[1]);
    if (version !== index + 1)
      throw new Error(`Migration ${file} is out of order: number ${String(index + 1)} was expected.`);
    const sql = readFileSync(join(directory, file), 'utf8').trim();
    return { version, name: match?.[2] ?? file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}
