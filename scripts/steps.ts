// `tsx scripts/steps.ts [--all] SCRIPT…`: runs npm scripts, each with a header and its duration. In order, up to the first failure;
// with `--all` each of them, as many at once as there are cores, so the longest is best named first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { root } from './files';
import { run } from './run';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' } } });
const started = performance.now();
const failed: string[] = [];

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const npm = (script: string): string[] => ['run', '--silent', script];

function ended(script: string, ok: boolean, since: number): void {
  console.log(`── ${script}: ${ok ? 'ok' : 'FAILED'}, ${seconds(since)}`);
  if (!ok) failed.push(script);
}

function runInOrder(): void {
  for (const script of positionals) {
    console.log(`\n── ${script}`);
    const since = performance.now();
    ended(script, run('npm', npm(script), root) === 0, since);
    if (failed.length > 0) return;
  }
}

/** What a step prints is shown when it has ended. */
async function runAside(script: string): Promise<void> {
  const since = performance.now();
  const step = spawn('npm', npm(script), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  for (const stream of [step.stdout, step.stderr]) stream.on('data', (data: Buffer) => printed.push(data));
  const [status] = (await once(step, 'close')) as [number | null];
  console.log(`\n── ${script}\n${Buffer.concat(printed).toString().trim()}`);
  ended(script, status === 0, since);
}

async function runAll(): Promise<void> {
  const left = [...positionals];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await runAside(next);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}

async function main(): Promise<void> {
  await (values.all ? runAll() : runInOrder());
  console.log(`\n${failed.length === 0 ? 'All passed' : `Failed: ${failed.join(', ')}`}, ${seconds(started)}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

void main();
