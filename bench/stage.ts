// What every bench runs on: a Temporal server and a database of its own, and a worker process.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Database, migrate, ZoneDataFlowCoordinator } from '../src';
import { startMysql, startTemporal } from '../src/local';

export interface Stage {
  readonly client: Client;
  readonly coordinator: ZoneDataFlowCoordinator;
  readonly taskQueue: string;
  /** For example `mariadb 10.11.6, Temporal 1.32.0`. */
  readonly versions: string;
  /** When the first line of the target of this source run ran. */
  marked(sourceRunId: string): Promise<number>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'dlc-bench-'));
  const log = (line: string): void => {
    console.error(line);
  };
  const [mysql, temporal] = await Promise.all([
    startMysql({ dataDir: join(directory, 'mysql'), log }),
    startTemporal({
      ui: false,
      dataFile: join(directory, 'temporal.db'),
      searchAttributes: { DlcDataflow: 'Keyword', DlcPartition: 'Keyword' },
      log,
    }),
  ]);
  const db = new Database(mysql.url);
  await migrate(db);
  await db.close();
  const taskQueue = 'bench';
  const worker = fork(join(__dirname, 'worker.ts'), {
    execArgv: ['--require', 'tsx/cjs'],
    env: { ...process.env, DLC_MYSQL_URL: mysql.url, TEMPORAL_ADDRESS: temporal.address, DLC_TASK_QUEUE: taskQueue },
  });
  await once(worker, 'message');
  const marks = new Map<string, (at: number) => void>();
  const early = new Map<string, number>();
  worker.on('message', ({ mark, at }: { mark: string; at: number }) => {
    const tell = marks.get(mark);
    if (tell) tell(at);
    else early.set(mark, at);
  });
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const coordinator = await ZoneDataFlowCoordinator.connect({ mysql: mysql.url, temporal: client, taskQueue });
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return {
    client,
    coordinator,
    taskQueue,
    versions: `${mysql.flavor} ${mysql.version}, Temporal ${serverVersion}`,
    marked: (sourceRunId) =>
      new Promise((resolve) => {
        const at = early.get(sourceRunId);
        if (at !== undefined) resolve(at);
        else marks.set(sourceRunId, resolve);
      }),
    close: async () => {
      const exited = once(worker, 'exit');
      worker.disconnect();
      await exited;
      await coordinator.close();
      await connection.close();
      await temporal.stop();
      await mysql.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
