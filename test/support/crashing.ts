// Processes that kill themselves as told.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Lake } from './lake';

/** `crash`: as crash.ts says; counted are the process's own transactions. Resolves once it is ready. */
export async function crashing(program: 'worker' | 'client', lake: Lake, crash: string): Promise<ChildProcess> {
  const child = fork(join(__dirname, `crashing-${program}.ts`), {
    execArgv: ['--require', 'tsx/cjs'],
    env: {
      ...process.env,
      DLC_CRASH: crash,
      DLC_TEST_TASK_QUEUE: lake.taskQueue,
      DLC_TEST_DATABASE_URL: lake.mysqlUrl,
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

export const signalOf = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[1];
