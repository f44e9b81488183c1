// The Temporal worker of this lake: its activities and its workflow, and LineagePlugin, which adds lineage.

import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { LineagePlugin } from '../../src';
import { createJobs } from './jobs';
import type { Servers } from './servers';

export const TASK_QUEUE = 'flights';

export interface RunningWorker {
  /** Rejects if it fails. */
  readonly running: Promise<void>;
  stop(): Promise<void>;
}

export async function startWorker({ mysql, temporal }: Servers, lake: string): Promise<RunningWorker> {
  // Ctrl-C is the demo's to handle: it stops the worker before the servers.
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('./workflows'),
    activities: createJobs(lake),
    plugins: [new LineagePlugin({ mysql: mysql.url })],
    maxConcurrentActivityTaskExecutions: 2, // each a DuckDB of 1 GB at most
    shutdownForceTime: '5 seconds',
  });
  const running = worker.run();
  return {
    running,
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      await connection.close();
    },
  };
}
