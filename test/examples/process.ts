// Runs an example as a user does: a process of its own, which knows nothing but the settings.

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export const ROOT = join(__dirname, '..', '..');
export const EXAMPLES = join(ROOT, 'examples');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings for an example: none of this process's own `DLC_*` and `TEMPORAL_*` get through. */
export type Settings = Readonly<Record<string, string>>;

export async function run(command: string, args: readonly string[], settings: Settings = {}): Promise<Ended> {
  const child = launch(command, args, settings);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout: stdout(), stderr: stderr() };
}

/** The lines of its standard output; fails with everything it said unless it ended well. */
export async function linesOf(command: string, args: readonly string[], settings: Settings = {}): Promise<string[]> {
  const { code, stdout, stderr } = await run(command, args, settings);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout.trimEnd().split('\n');
}

/** A process that serves until it is told to stop; it must end well then. */
export function serve(command: string, args: readonly string[], settings: Settings): { stop(): Promise<void> } {
  const child = launch(command, args, settings);
  const stderr = collect(child.stderr);
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no status')),
  );
  return {
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr()}`);
    },
  };
}

function launch(
  command: string,
  args: readonly string[],
  settings: Settings,
): ChildProcessByStdio<null, Readable, Readable> {
  const own = Object.entries(process.env).filter(([name]) => !/^(DLC|TEMPORAL)_/.test(name));
  return spawn(command, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(own), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
