// One long-running server process: started in a group of its own, its output in a file, stopped politely and then not.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './command';
import { sendToGroup } from './group';
import { watchOver } from './watchdog';

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
}

// What was killed in a group may be counted in it until init has taken note.
const LAST_MS = 1_000;

export class ServerProcess {
  readonly exited: Promise<string>;
  private how: string | undefined;
  private empty = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    private readonly logFile: string,
    private readonly logStart: number,
  ) {
    const callOff = watchOver(pid);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        callOff();
        this.how = signal ? `was ended by ${signal}` : `ended with status ${code ?? 0}`;
        this.send(0);
        resolve(this.how);
      });
    });
    // Alone it doesn't keep this process alive; when we end, so does it.
    child.unref();
  }

  static async start({ command, args, logFile, env }: Launch): Promise<ServerProcess> {
    const log = await open(logFile, 'a');
    try {
      const logStart = (await log.stat()).size;
      const child = spawn(command, args, {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: env ?? process.env,
        windowsHide: true,
      });
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      const { pid } = child;
      if (pid === undefined) throw new Error(`${command} has no process ID`);
      return new ServerProcess(child, pid, logFile, logStart);
    } finally {
      await log.close();
    }
  }

  /** How it ended, for example `ended with status 1`; undefined while it runs. */
  get ended(): string | undefined {
    return this.how;
  }

  /** What it printed in this run. */
  output(): string {
    try {
      return statSync(this.logFile).size > this.logStart
        ? readFileSync(this.logFile).subarray(this.logStart).toString()
        : '';
    } catch {
      return '';
    }
  }

  tail(count = 15): string {
    return lastLines(this.output(), count);
  }

  /** SIGTERM, and SIGKILL if it is still there after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.send('SIGKILL'), graceMs);
    this.send('SIGTERM');
    await this.gone(graceMs + LAST_MS);
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.send('SIGKILL');
    await this.gone(LAST_MS);
  }

  // With all of its group: what we started may be a script around the server, and end before it.
  private async gone(limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    this.child.ref();
    await this.exited;
    while (this.send(0) && Date.now() < deadline) await delay(20);
  }

  private send(signal: NodeJS.Signals | 0): boolean {
    // Once empty, the group's number may become somebody else's.
    this.empty ||= !sendToGroup(this.pid, signal);
    return !this.empty;
  }
}
