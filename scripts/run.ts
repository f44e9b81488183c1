import { spawnSync } from 'node:child_process';

/** Runs a command with its output on ours. Returns its exit status; a command killed by a signal counts as failed. */
export function run(command: string, args: readonly string[], cwd: string): number {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

/** Runs a command that has to succeed, and returns what it printed to standard output. */
export function output(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
