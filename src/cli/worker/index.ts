// `dlc worker`: runs our workflows and activities, and yours with them, until it is told to stop.

import type { Command } from 'commander';
import { mysqlUrl, taskQueue as queueOf } from '../../domain/settings';
import { JSON_OPTION } from '../options';
import { print, tell } from '../output';
import type { OutputOptions } from '../output';
import { listenForStop } from '../stop-signal';

interface Options extends OutputOptions {
  readonly taskQueue?: string;
  readonly workflows?: string;
  readonly activities?: string;
  readonly housekeeper: boolean;
}

export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('run a worker on DLC_TASK_QUEUE until Ctrl-C; it needs a migrated database (dlc migrate)')
    .option('--task-queue <queue>', 'another queue than DLC_TASK_QUEUE')
    .option('--workflows <path>', 'a module, or a folder with an index, that exports workflows of your own')
    .option('--activities <path>', 'a module that exports activities of your own')
    .option('--no-housekeeper', "don't start the housekeeper, which heals what was broken from outside")
    .option(...JSON_OPTION)
    .action(work);
}

async function work(options: Options): Promise<void> {
  const mysql = mysqlUrl(process.env);
  const taskQueue = options.taskQueue ?? queueOf(process.env);
  const { temporalSettings } = await import('../../client/temporal-settings.js');
  const { connectionOptions: connection, namespace } = temporalSettings(process.env);
  await checkDatabase(mysql);
  const [{ bundleWorkflows, loadActivities }, { startWorker }] = await Promise.all([
    import('./load.js'),
    import('./start-worker.js'),
  ]);
  const activities = options.activities === undefined ? undefined : await loadActivities(options.activities);
  const bundle = await bundleWorkflows(options.workflows);
  const { housekeeper } = options;
  const worker = await startWorker({ mysql, connection, namespace, taskQueue, bundle, activities, housekeeper });
  const stop = listenForStop();
  void stop.forced.then(() => process.exit(1));
  const address = connection.address ?? 'localhost:7233';
  const facts = { temporalAddress: address, namespace, taskQueue, identity: worker.identity };
  print(
    options,
    facts,
    `A worker polls task queue ${taskQueue} at ${address}, namespace ${namespace}. Ctrl-C stops it.`,
  );
  await Promise.race([stop.asked, worker.ended]);
  tell('Stopping the worker: what runs on it may end first. Ctrl-C again ends it at once.');
  await worker.stop();
}

/** Before the slow part: a worker that can't work says so at once. */
async function checkDatabase(mysql: string): Promise<void> {
  const { checkSchema, Database } = await import('../../store/index.js');
  const db = new Database(mysql);
  try {
    await checkSchema(db);
  } finally {
    await db.close();
  }
}
