// A worker in a process of its own that dies with SIGKILL on a line of the test's choice. It patches the store from outside:
// nothing in the product knows of it.
//   DLC_CRASH=after-commit:N   right after the N-th transaction has committed
//   DLC_CRASH=before-commit:N  with the N-th transaction's work done, but not committed
// Parent → child: nothing. Child → parent: `ready` once it polls.

import { NativeConnection, Worker } from '@temporalio/worker';
import { Database, LineagePlugin } from '../../src';
import type { Queryable } from '../../src/store';
import { setting } from './settings';

const [when = '', nth = '0'] = (process.env['DLC_CRASH'] ?? '').split(':');
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

let transactions = 0;

const original = Database.prototype.transaction;
Database.prototype.transaction = async function <T>(this: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const mine = ++transactions === Number(nth);
  const result = await original.call(this, async (tx: Queryable) => {
    const done = await work(tx);
    if (mine && when === 'before-commit') die();
    return done;
  });
  if (mine && when === 'after-commit') die();
  return result as T;
};

async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: setting('DLC_TEST_TEMPORAL_ADDRESS') });
  const worker = await Worker.create({
    connection,
    taskQueue: setting('DLC_TEST_TASK_QUEUE'),
    workflowBundle: { codePath: setting('DLC_TEST_BUNDLE') },
    plugins: [new LineagePlugin({ mysql: setting('DLC_TEST_DATABASE_URL'), housekeeper: false })],
  });
  const running = worker.run();
  process.send?.('ready');
  await running;
}

void main();
