// A worker process, to be killed at any moment. It ends with its parent, and by itself where it can't work (MySQL or Temporal
// away as it starts): whoever keeps it starts it again, as a service manager would. Tells its parent `ready` once it polls.

import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { LineagePlugin } from '../../src';
import { activities } from './jobs';

async function main(): Promise<void> {
  const ignore = (): void => undefined;
  Runtime.install({
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: console.error },
  });
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const worker = await Worker.create({
    connection,
    taskQueue: process.env['DLC_TASK_QUEUE'] ?? '',
    workflowBundle: { codePath: process.env['CHAOS_BUNDLE'] ?? '' },
    activities,
    plugins: [new LineagePlugin({ housekeeper: false })],
  });
  const running = worker.run();
  process.send?.('ready');
  await running;
}

process.once('disconnect', () => process.exit(0));
main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(String(error));
    process.exit(1);
  },
);
