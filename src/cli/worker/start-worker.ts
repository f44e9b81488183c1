// A worker in this process, with our workflows and activities and, where given, the user's.

import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { NativeConnectionOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { pollersOf } from '../../client/pollers';
import { LineagePlugin } from '../../worker/plugin';
import { tell } from '../output';
import { workerError } from './errors';
import { installRuntime } from './runtime';

export interface WorkerSettings {
  readonly mysql: string;
  readonly connection: NativeConnectionOptions;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly bundle: WorkflowBundleWithSourceMap;
  readonly activities?: object | undefined;
  /** Default: true. */
  readonly housekeeper?: boolean;
}

export interface RunningWorker {
  readonly identity: string;
  /** Resolves after `stop()`; rejects when the worker fails. */
  readonly ended: Promise<void>;
  /** What runs on it gets some seconds to end. */
  stop(): Promise<void>;
}

/** Resolves once the server knows that the worker polls. @throws UnavailableError */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  installRuntime();
  const { mysql, namespace, taskQueue, bundle, activities, housekeeper = true } = settings;
  const toDlcError = workerError(settings);
  const connection = await NativeConnection.connect(settings.connection).catch(toDlcError);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: bundle,
    ...(activities && { activities }),
    plugins: [new LineagePlugin({ mysql, warn: tell, ...(!housekeeper && { housekeeper: false }) })],
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '15 seconds',
  }).catch(toDlcError);
  const ended = worker
    .run()
    .catch(toDlcError)
    .finally(() => connection.close());
  const { identity } = worker.options;
  await Promise.race([untilPolling(worker, connection, namespace, taskQueue, identity), ended]);
  return {
    identity,
    ended,
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}

async function untilPolling(
  worker: Worker,
  connection: NativeConnection,
  namespace: string,
  taskQueue: string,
  identity: string,
): Promise<void> {
  while (['INITIALIZED', 'RUNNING'].includes(worker.getState())) {
    // Whatever else goes wrong, it is asked again.
    const pollers = await pollersOf(connection.workflowService, namespace, taskQueue, 'workflows').catch(
      (): string[] => [],
    );
    if (pollers === null || pollers.includes(identity)) return;
    await delay(50);
  }
}
