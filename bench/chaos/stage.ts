// What a chaos run works on: MySQL and Temporal with their data on disk, under addresses that stay, and worker processes.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import { Database, LineagePlugin, migrate, ZoneDataFlowCoordinator } from '../../src';
import { startMysql, startTemporal } from '../../src/local';
import type { StartedMysql, StartedTemporal } from '../../src/local';
import type { ChaosSettings } from './settings';
import { KeptWorker } from './workers';

const TASK_QUEUE = 'chaos';

export interface ChaosStage {
  readonly directory: string;
  readonly mysql: StartedMysql;
  readonly temporal: StartedTemporal;
  readonly workers: readonly KeptWorker[];
  /** For whoever checks; the producers have coordinators of their own. */
  readonly db: Database;
  readonly client: Client;
  readonly versions: string;
  connectProducer(): Promise<ZoneDataFlowCoordinator>;
  /** `keep`: the data stays, for whoever looks into a violation. */
  close(keep: boolean): Promise<void>;
}

export async function openChaosStage(settings: ChaosSettings, log: (line: string) => void): Promise<ChaosStage> {
  const directory = await mkdtemp(join(tmpdir(), 'dlc-chaos-'));
  const unexpected = (what: string) => (how: string) => {
    log(`${what} ended by itself: ${how}`);
  };
  const [mysql, temporal, bundle] = await Promise.all([
    startMysql({ dataDir: join(directory, 'mysql'), prefer: settings.prefer, log, onExit: unexpected('MySQL') }),
    startTemporal({
      ui: false,
      dataFile: join(directory, 'temporal.db'),
      searchAttributes: { DlcDataflow: 'Keyword', DlcPartition: 'Keyword' },
      log,
      onExit: unexpected('Temporal'),
    }),
    bundleWorkflowCode({
      workflowsPath: require.resolve('./workflows'),
      plugins: [new LineagePlugin({ mysql: 'mysql://unused' })],
      logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
    }),
  ]);
  // Made once: a worker is back the sooner.
  const codePath = join(directory, 'workflow-bundle.js');
  await writeFile(codePath, bundle.code);
  const db = new Database(mysql.url);
  await migrate(db);
  const connection = await Connection.connect({ address: temporal.address });
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  const env = {
    ...process.env,
    DLC_MYSQL_URL: mysql.url,
    TEMPORAL_ADDRESS: temporal.address,
    DLC_TASK_QUEUE: TASK_QUEUE,
    CHAOS_BUNDLE: codePath,
  };
  const workers = Array.from(
    { length: settings.workers },
    (_, nth) => new KeptWorker(env, join(directory, `worker-${String(nth)}.log`), log),
  );
  await Promise.all(workers.map((worker) => worker.ready()));
  return {
    directory,
    mysql,
    temporal,
    workers,
    db,
    client: new Client({ connection }),
    versions: `${mysql.flavor} ${mysql.version}, Temporal ${serverVersion}`,
    connectProducer: () => ZoneDataFlowCoordinator.connect({ environment: env }),
    close: async (keep) => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await db.close();
      await connection.close();
      await temporal.stop();
      await mysql.stop();
      if (!keep) await rm(directory, { recursive: true, force: true });
    },
  };
}
