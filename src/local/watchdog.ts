// Servers run in process groups of their own, so that Ctrl-C doesn't end them before we do, in order. The price: nothing would end
// them if we died at once. A shell that reads a pipe from us sees its end, whatever killed us, and stops the server then.
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { sendToGroup } from './group';

// The only form of kill for a group that every shell knows.
const SCRIPT = `
cat >/dev/null
kill -s TERM -- "-$1" 2>/dev/null || exit 0
tries=0
while kill -s 0 -- "-$1" 2>/dev/null && [ $tries -lt 150 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s KILL -- "-$1" 2>/dev/null
exit 0
`;

/** Stops the process group `pid` once this process is gone. Returns what calls it off. */
export function watchOver(pid: number): () => void {
  if (process.platform === 'win32') return () => undefined;
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'dlc-watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined); // no shell: the server merely outlives a crash of ours
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  shell.stdin.on('error', () => undefined);
  return () => sendToGroup(shell.pid, 'SIGKILL'); // the shell and its cat
}
