// Ctrl-C in the middle of the demo.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { EXAMPLES, ROOT } from './process';

test('an interrupted demo stops its servers and processes, and leaves no files', async () => {
  const demo = spawn(process.execPath, ['--import', 'tsx', join(EXAMPLES, 'flights/demo.ts')], { cwd: ROOT });
  let said = '';
  let complained = '';
  demo.stderr.setEncoding('utf8').on('data', (chunk: string) => (complained += chunk));
  for await (const chunk of demo.stdout.setEncoding('utf8')) {
    said += String(chunk);
    if (extractions(said).length === 2 && demo.exitCode === null) demo.kill('SIGINT');
  }
  const [code] = demo.exitCode === null ? ((await once(demo, 'exit')) as [number | null]) : [demo.exitCode];

  expect({ code, complained }).toEqual({ code: 130, complained: '' });
  expect(said).toContain('Stopping the servers.');
  expect(extractions(said).filter(isAlive)).toEqual([]);
  const ports = [...said.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => Number(match[1]));
  expect(ports.length).toBeGreaterThanOrEqual(3);
  expect(await Promise.all(ports.map(answers))).not.toContain(true);
  expect(existsSync(join(/Lake +(\S+)/.exec(said)![1]!, '..'))).toBe(false);
}, 180_000);

const extractions = (said: string): number[] =>
  [...said.matchAll(/process (\d+) started/g)].map((match) => Number(match[1]));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
