// One test file's lake: a database of its own, a worker on a queue of its own, and zones of its own, since all test files
// share one Temporal server and its workflow IDs.

import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { Database, LineagePlugin, migrate, ZoneDataFlowCoordinator } from '../../src';
import { quiet } from './quiet';
import { setting } from './settings';

export interface Lake {
  readonly db: Database;
  readonly mysqlUrl: string;
  readonly client: Client;
  readonly coordinator: ZoneDataFlowCoordinator;
  readonly taskQueue: string;
  /** A zone's name in this lake: `zone('rz')` differs from every other test file's. */
  zone(name: string): string;
  startWorker(options?: Partial<WorkerOptions>): Promise<RunningWorker>;
  close(): Promise<void>;
}

export interface RunningWorker {
  stop(): Promise<void>;
}

/** `mysqlUrl`: a migrated database of the test's own; it is the test's to drop. */
export async function makeLake(
  options: { worker?: boolean; activities?: object; mysqlUrl?: string } = {},
): Promise<Lake> {
  quiet();
  const id = randomUUID().slice(0, 8);
  const { url, db } = options.mysqlUrl
    ? { url: options.mysqlUrl, db: new Database(options.mysqlUrl) }
    : await makeDatabase(`dlc_test_${id}`);
  const address = setting('DLC_TEST_TEMPORAL_ADDRESS');
  const [connection, native] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
  const client = new Client({ connection });
  const taskQueue = `queue-${id}`;
  const coordinator = await ZoneDataFlowCoordinator.connect({ mysql: url, temporal: client, taskQueue });
  const workers: RunningWorker[] = [];

  async function startWorker(workerOptions: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
    const worker = await Worker.create({
      connection: native,
      taskQueue,
      workflowBundle: { codePath: setting('DLC_TEST_BUNDLE') },
      activities: { ...options.activities },
      // Off, where it isn't the matter: what it heals must not have to be healed.
      plugins: [new LineagePlugin({ mysql: url, housekeeper: false })],
      shutdownGraceTime: '1 second',
      ...workerOptions,
    });
    const running = worker.run();
    let stopped: Promise<void> | undefined;
    const started = {
      stop: () => {
        stopped ??= (worker.shutdown(), running);
        return stopped;
      },
    };
    workers.push(started);
    return started;
  }

  if (options.worker !== false) await startWorker();
  return {
    db,
    mysqlUrl: url,
    client,
    coordinator,
    taskQueue,
    zone: (name) => `${name}-${id}`,
    startWorker,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await coordinator.close();
      await native.close();
      await connection.close();
      if (!options.mysqlUrl) await db.write(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
      await db.close();
    },
  };
}

/** A database of its own, migrated. */
export async function makeDatabase(name: string): Promise<{ url: string; db: Database }> {
  const server = new Database(setting('DLC_TEST_MYSQL_URL'));
  await server.write(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await server.close();
  const url = new URL(setting('DLC_TEST_MYSQL_URL'));
  url.pathname = `/${name}`;
  const db = new Database(url.href);
  await migrate(db);
  return { url: url.href, db };
}
