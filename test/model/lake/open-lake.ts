// The database of a test file of this folder, and the time that its scripts play in.

import { randomUUID } from 'node:crypto';
import { makeDatabase } from '../../support/lake';
import { SteppedDatabase } from './stepped-database';

export interface ModelLake {
  readonly db: SteppedDatabase;
  close(): Promise<void>;
}

export async function openLake(): Promise<ModelLake> {
  const name = `dlc_model_${randomUUID().slice(0, 8)}`;
  const { url, db: server } = await makeDatabase(name);
  const [version] = await server.select<{ version: string }>('SELECT VERSION() AS version');
  const db = new SteppedDatabase(url, version?.version.includes('MariaDB') ? 0 : 1);
  // The clock alone: what else waits (sockets, pools) waits in real time.
  jest.useFakeTimers({
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
  return {
    db,
    close: async () => {
      jest.useRealTimers();
      await server.write(`DROP DATABASE ${name}`);
      await Promise.all([server.close(), db.close()]);
    },
  };
}
