// The servers of the demo: Temporal and MySQL (or MariaDB) on this machine, on any free ports, gone when the demo is.

import { join } from 'node:path';
import { Database, migrate } from '../../src';
import { startMysql, startTemporal } from '../../src/local';
import type { StartedMysql, StartedTemporal } from '../../src/local';

export interface Servers {
  readonly mysql: StartedMysql;
  readonly temporal: StartedTemporal;
  stop(): Promise<void>;
}

/** Starts both, with the tables of lineage in MySQL. `data`: a folder of the demo's own. */
export async function startServers(data: string, log: (line: string) => void, signal: AbortSignal): Promise<Servers> {
  const searchAttributes = { DlcDataflow: 'Keyword', DlcPartition: 'Keyword' } as const;
  const startingMysql = startMysql({ dataDir: join(data, 'mysql'), fast: true, log, signal });
  const startingTemporal = startTemporal({ searchAttributes, log, signal });
  const stop = async (): Promise<void> => {
    const settled = await Promise.allSettled([startingMysql, startingTemporal]);
    const started = settled.flatMap((server) => (server.status === 'fulfilled' ? server.value : []));
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    const [mysql, temporal] = await Promise.all([startingMysql, startingTemporal]);
    const database = new Database(mysql.url);
    try {
      await migrate(database);
    } finally {
      await database.close();
    }
    return { mysql, temporal, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
