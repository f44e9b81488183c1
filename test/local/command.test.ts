// Helper programs: bounded in time, and clear about how they failed.
import { NotHere } from '../../src/local/errors';
import { run } from '../../src/local/command';

const sh = (script: string, more: Partial<Parameters<typeof run>[2]> = {}) =>
  run('sh', ['-c', script], { timeoutMs: 10_000, ...more });

test('a program’s output is what it printed', async () => {
  await expect(sh('cat; echo done', { input: ['in\n'] })).resolves.toBe('in\ndone\n');
});

test('a program that isn’t there lets the chain go on', async () => {
  await expect(run('no-such-program', [], { timeoutMs: 1_000 })).rejects.toBeInstanceOf(NotHere);
});

test('a failure tells the end of what the program said', async () => {
  await expect(sh('echo no network >&2; exit 3')).rejects.toThrow(/sh failed \(3\): no network/);
});

test('a program that takes too long is ended, with all that it started', async () => {
  const started = Date.now();
  // The output stays open until the last of the group is gone: run() ends only then.
  await expect(sh('sleep 60 & sleep 60', { timeoutMs: 100 })).rejects.toThrow(/longer than 0.1 s/);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('a program is ended when the caller cancels', async () => {
  await expect(sh('sleep 60', { signal: AbortSignal.timeout(50) })).rejects.toThrow(/abort|timeout/i);
});
