// A worker in a process of its own that dies as DLC_CRASH says (see crash.ts).
// Parent → child: nothing. Child → parent: `ready` once it polls.

import { NativeConnection, Worker } from '@temporalio/worker';
import { LineagePlugin } from '../../src';
import { dieAt } from './crash';
import { setting } from './settings';

dieAt(setting('DLC_CRASH'));

async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: setting('DLC_TEST_TEMPORAL_ADDRESS') });
  const worker = await Worker.create({
    connection,
    taskQueue: setting('DLC_TEST_TASK_QUEUE'),
    workflowBundle: { codePath: setting('DLC_TEST_BUNDLE') },
    activities: { countJob: () => Promise.resolve({ recordCount: 1 }) },
    plugins: [new LineagePlugin({ mysql: setting('DLC_TEST_DATABASE_URL'), housekeeper: false })],
  });
  const running = worker.run();
  process.send?.('ready');
  await running;
}

void main();
