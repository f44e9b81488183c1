// `tsx scripts/steps.ts [--all] SCRIPT…`: runs npm scripts in order, each with a header and its duration, up to the first
// failure; with `--all` it goes on and fails at the end.
import { parseArgs } from 'node:util';
import { root } from './files';
import { run } from './run';

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' } } });
const started = performance.now();
const failed: string[] = [];
for (const script of positionals) {
  console.log(`\n── ${script}`);
  const stepStarted = performance.now();
  const ok = run('npm', ['run', '--silent', script], root) === 0;
  console.log(`── ${script}: ${ok ? 'ok' : 'FAILED'}, ${seconds(stepStarted)}`);
  if (!ok) failed.push(script);
  if (!ok && !values.all) break;
}
console.log(`\n${failed.length === 0 ? 'All passed' : `Failed: ${failed.join(', ')}`}, ${seconds(started)}`);
process.exitCode = failed.length === 0 ? 0 : 1;
