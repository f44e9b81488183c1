// Starts what runs outside of Temporal: another process, which knows where the servers are and nothing else.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Month } from './months';
import type { Servers } from './servers';
import { TASK_QUEUE } from './worker';

/** Runs extract.ts for a month; resolves when the process has ended well. `started` is told its process ID. */
export async function extractOutside(
  month: Month,
  lake: string,
  servers: Servers,
  signal: AbortSignal,
  started: (pid: number) => void,
): Promise<void> {
  const script = join(__dirname, 'extract.ts');
  const child = spawn(process.execPath, [...process.execArgv, script, month, lake], {
    env: environment(servers, lake),
    stdio: ['ignore', 'inherit', 'pipe'],
    signal,
  });
  if (child.pid !== undefined) started(child.pid);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined) reject(error); // else it ends, and says how
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`extract.ts ${month} ended with ${String(code)}:\n${said}`));
    });
  });
}

/** The settings of the demo's servers, and no other: somebody's own may name a Temporal Cloud. */
function environment({ mysql, temporal }: Servers, lake: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(DLC|TEMPORAL)_/.test(name));
  return {
    ...Object.fromEntries(others),
    DLC_MYSQL_URL: mysql.url,
    DLC_TASK_QUEUE: TASK_QUEUE,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_CONFIG_FILE: join(lake, 'no-profiles.toml'), // not there, on purpose
  };
}
