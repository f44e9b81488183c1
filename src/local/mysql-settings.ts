// How a server of ours is set up: on loopback, utf8mb4, UTC, one user.
import { asRoot } from './mysqld';
import type { Mysqld } from './mysqld';
import type { DataPaths } from './mysql-data';
import { LOOPBACK } from './ports';

/** Data to keep: as safe as the server's defaults. No binary log: nothing replicates from here. */
export const KEPT = ['--skip-log-bin'] as const;

/** Data of a test: what the server writes outlives its process, not the machine. Several times faster, above all on a slow disk. */
export const FAST = {
  mysql: [...KEPT, '--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=OFF', '--innodb-flush-method=nosync'],
  mariadb: [...KEPT, '--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=OFF', '--innodb-flush-method=nosync'],
} as const;

export interface ServerSetup {
  readonly mysqld: Mysqld;
  readonly paths: DataPaths;
  readonly port: number;
  readonly socket: string;
}

export function serverArguments({ mysqld, paths, port, socket }: ServerSetup): string[] {
  return [
    `--datadir=${paths.data}`,
    `--tmpdir=${paths.tmp}`,
    `--bind-address=${LOOPBACK}`,
    `--port=${port}`,
    `--socket=${socket}`,
    `--pid-file=${socket}.pid`,
    `--init-file=${paths.init}`,
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--default-time-zone=+00:00',
    '--max-connections=500',
    ...(mysqld.flavor === 'mysql' ? ['--mysqlx=OFF'] : []),
    ...asRoot(),
  ];
}

/**
 * Run at every start, one statement a line. The user may do anything, on a server that is ours and only heard on this machine;
 * root has no password and, with names unresolved, no way in but the socket, in a directory that only we may enter.
 */
export function grants(user: string, password: string, database: string): string {
  const account = `'${user}'@'127.0.0.1'`;
  return [
    `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4;`,
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
    `ALTER USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}
