// `dlc migrate`: brings the database up to this version. Run by a person or a deployment step, never by a worker.

import type { Command } from 'commander';
import { mysqlUrl } from '../domain/settings';
import { count } from './format';
import { JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
}

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database at DLC_MYSQL_URL up to this version; repeating it does no harm')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions) => {
      const applied = await migrateDatabase(mysqlUrl(process.env));
      print(options, { applied }, describe(applied));
    });
}

/** Applies what is missing and returns it. */
export async function migrateDatabase(url: string): Promise<AppliedMigration[]> {
  const { Database, migrate } = await import('../store/index.js');
  const db = new Database(url);
  try {
    return (await migrate(db)).map(({ version, name }) => ({ version, name }));
  } finally {
    await db.close();
  }
}

function describe(applied: readonly AppliedMigration[]): string {
  if (applied.length === 0) return 'The database is up to date: nothing to apply.';
  const lines = applied.map(({ version, name }) => `  ${String(version).padStart(4, '0')} ${name}`);
  return `Applied ${count(applied.length, 'migration')}:\n${lines.join('\n')}`;
}
