// Runs `dlc` as its users do: a process of its own, with its settings in the environment. Compiled once per test file, since
// stripping the types anew for every command would take longer than the command.

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';
import type { Lake } from '../support/lake';
import { setting } from '../support/settings';

export type Settings = Readonly<Record<string, string>>;

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `dlc` that runs until it is told to stop. */
export interface Running {
  readonly pid: number;
  /** Resolves with the first line of stdout; rejects if it ends without one. */
  readonly firstLine: Promise<string>;
  /** Resolves once stderr has this text; rejects if it ends without. */
  told(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Result>;
}

const root = join(__dirname, '..', '..');
const build = mkdtempSync(join(tmpdir(), 'dlc-test-cli-'));
const running = new Set<ChildProcessWithoutNullStreams>();
/** The compiled binary. */
export const main = join(build, 'dist/cli/main.js');
compile();

// A command takes half a second of a processor; on a busy machine that is many.
jest.setTimeout(300_000);

afterAll(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  rmSync(build, { recursive: true, force: true });
});

/** Of a lake whose worker runs. */
export const settingsOf = ({ mysqlUrl, taskQueue }: Lake): Settings => ({
  DLC_MYSQL_URL: mysqlUrl,
  DLC_TASK_QUEUE: taskQueue,
  TEMPORAL_ADDRESS: setting('DLC_TEST_TEMPORAL_ADDRESS'),
});

/** Runs a command to its end. */
export function dlc(settings: Settings, ...args: string[]): Promise<Result> {
  return start(settings, ...args).ended;
}

/** As `dlc --json`, which must succeed; the document on stdout. */
export async function json<T = unknown>(settings: Settings, ...args: string[]): Promise<T> {
  const result = await dlc(settings, ...args, '--json');
  if (result.status !== 0) throw new Error(`dlc ${args.join(' ')}: ${result.status} ${result.stdout}${result.stderr}`);
  return parse(result) as T;
}

/** As `dlc --json`, which must fail: its status, and the error of its document. */
export async function failure(settings: Settings, ...args: string[]): Promise<{ status: number | null; code: string }> {
  const result = await dlc(settings, ...args, '--json');
  const { error } = parse(result) as { error: { code: string; message: string; details: object } };
  if (!error.message || typeof error.details !== 'object')
    throw new Error(`An error needs all its parts: ${result.stdout}`);
  if (error.code === 'UNEXPECTED') throw new Error(result.stdout);
  return { status: result.status, code: error.code };
}

/** The one JSON document on stdout. */
export function parse({ stdout, stderr }: Result): unknown {
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`stdout isn't one line: ${stdout}\n${stderr}`);
  return JSON.parse(stdout);
}

export function start(settings: Settings, ...args: string[]): Running {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: build,
    env: { ...withoutOurs(process.env), ...settings },
  });
  child.stdin.end();
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = once(child, 'close').then(([status]) => {
    running.delete(child);
    return { status: status as number | null, stdout, stderr };
  });
  const until = async <T>(stream: 'stdout' | 'stderr', found: () => T | undefined): Promise<T> => {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      const end = await Promise.race([ended, once(child[stream], 'data')]);
      if (!Array.isArray(end) && found() === undefined)
        throw new Error(`dlc ${args.join(' ')} ended: ${stdout}${stderr}`);
    }
  };
  const firstLine = until('stdout', () => (stdout.includes('\n') ? stdout.split('\n')[0] : undefined));
  firstLine.catch(() => undefined);
  return {
    pid: child.pid!,
    firstLine,
    told: async (text) => {
      await until('stderr', () => (stderr.includes(text) ? true : undefined));
    },
    signal: (name) => child.kill(name),
    ended,
  };
}

function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => !/^(DLC_(?!MYSQLD|TEMPORAL_CLI)|TEMPORAL_)/.test(name));
  return Object.fromEntries(own);
}

function compile(): void {
  const src = join(root, 'src');
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    const target = join(build, 'dist', file);
    mkdirSync(dirname(target), { recursive: true });
    if (file.endsWith('.ts')) {
      const { code } = transformFileSync(join(src, file), {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
        // The annotation is what lets `import()` see the names.
        module: { type: 'commonjs', ignoreDynamic: true, exportInteropAnnotation: true },
      });
      writeFileSync(target.replace(/\.ts$/, '.js'), code);
    } else if (/\.\w+$/.test(file)) {
      cpSync(join(src, file), target);
    }
  }
  cpSync(join(root, 'package.json'), join(build, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(build, 'node_modules'));
}
