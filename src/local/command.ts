// Runs a short-lived helper program (pip, apt-get, mysqld --initialize) within a time limit, and keeps what it said.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { NotHere } from './errors';
import { sendToGroup } from './group';

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Files sent to its standard input, one after the other, each a text or a path. */
  readonly input?: readonly (string | { file: string })[];
  readonly signal?: AbortSignal | undefined;
}

/** Its standard output. Throws with the end of what it printed if it fails, and `NotHere` if there is no such program. */
export async function run(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  options.signal?.throwIfAborted();
  // A group of its own: a timeout ends what it started too, and Ctrl-C in the terminal reaches it only through us.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all = (all + text).slice(-4000);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all = (all + text).slice(-4000);
  });

  let stopped: string | undefined;
  const stop = (why: string): void => {
    stopped ??= why;
    sendToGroup(child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => stop(`took longer than ${options.timeoutMs / 1000} s`), options.timeoutMs);
  const onAbort = (): void => stop('was cancelled');
  options.signal?.addEventListener('abort', onAbort, { once: true });

  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new NotHere(`${command} is not installed`) : error),
    );
    child.once('close', (code) => resolve(code));
  });
  try {
    const [code] = await Promise.all([ended, feed(child.stdin, options.input ?? [])]);
    options.signal?.throwIfAborted();
    if (stopped) throw new Error(`${command} ${stopped}: ${lastLines(all)}`);
    if (code !== 0) throw new Error(`${command} failed (${code ?? 'killed'}): ${lastLines(all)}`);
    return stdout;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

async function feed(stdin: NodeJS.WritableStream, input: NonNullable<CommandOptions['input']>): Promise<void> {
  stdin.on('error', () => undefined); // a program that ends early closes it; its exit status tells
  for (const part of input) {
    if (typeof part === 'string') stdin.write(part);
    else for await (const chunk of createReadStream(part.file)) stdin.write(chunk as Buffer);
  }
  stdin.end();
}

/** The end of a program's output, short enough for an error message. */
export function lastLines(text: string, count = 12): string {
  return text.trim().split('\n').slice(-count).join('\n') || '(no output)';
}
