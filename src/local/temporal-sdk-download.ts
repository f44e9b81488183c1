// Step 3 for Temporal: the Temporal SDK downloads the CLI for its own test environment; we let it, and keep the file.
// In a process of its own, so that a dead network costs a bounded time and the SDK's Runtime singleton here stays untouched.
import { chmod, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { intoCache } from './cache';
import { run } from './command';
import { assertReachable } from './reachable';
import { temporalVersion } from './temporal-version';
import type { Log } from './types';

export const CLI_FROM_SDK = {
  name: 'temporal-sdk',
  file: process.platform === 'win32' ? 'temporal.exe' : 'temporal',
  check: temporalVersion,
};

const SCRIPT = `
const { Runtime, DefaultLogger } = require(process.argv[1]);
const { TestWorkflowEnvironment } = require(process.argv[2]);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const executable = { type: 'cached-download', downloadDir: process.argv[3] };
TestWorkflowEnvironment.createLocal({ server: { executable } })
  .then((server) => server.teardown())
  .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });
`;

/** The CLI's path. */
export function fetchTemporalWithSdk(options: { log: Log; signal?: AbortSignal | undefined }): Promise<string> {
  return intoCache(
    CLI_FROM_SDK,
    async (directory) => {
      await assertReachable('https://temporal.download/', options.signal);
      const modules = [require.resolve('@temporalio/worker'), require.resolve('@temporalio/testing')];
      const args = ['-e', SCRIPT, ...modules, directory];
      await run(process.execPath, args, { timeoutMs: 300_000, signal: options.signal });
      // It names the file after its SDK and version.
      for (const name of await readdir(directory)) {
        if (!(await stat(join(directory, name))).isFile()) continue;
        await rename(join(directory, name), join(directory, CLI_FROM_SDK.file));
        await chmod(join(directory, CLI_FROM_SDK.file), 0o755);
      }
    },
    options,
  );
}
