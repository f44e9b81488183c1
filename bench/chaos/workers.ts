// Worker processes that are kept going: one that ended, killed by us or by itself, is started again.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Before one that couldn't start is started again, in milliseconds. */
const PAUSE = 500;

export class KeptWorker {
  private child: ChildProcess | undefined;
  private stopping = false;
  private polls: Promise<void> | undefined;
  private announce: () => void = () => undefined;
  private readonly kept: Promise<void>;
  /** Times that it ended without being killed. */
  endedByItself = 0;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly logFile: string,
    private readonly log: (line: string) => void,
  ) {
    this.kept = this.keep();
  }

  /** Resolves once a process polls: the one of now, or one after it. */
  ready(): Promise<void> {
    this.polls ??= new Promise((resolve) => (this.announce = resolve));
    return this.polls;
  }

  /** `kill -9`; resolves once the process is gone. False: there was none to kill. */
  async kill(): Promise<boolean> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return false;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    this.polls = undefined;
    return true;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.child?.kill('SIGKILL');
    await this.kept;
  }

  private async keep(): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    while (!this.stopping) {
      const child = fork(join(__dirname, 'worker.ts'), {
        execArgv: ['--require', 'tsx/cjs'],
        env: this.env,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      this.child = child;
      child.stdout?.pipe(log, { end: false });
      child.stderr?.pipe(log, { end: false });
      let last = '';
      child.stderr?.on('data', (data: Buffer) => (last = data.toString().trim().split('\n').at(-1) ?? ''));
      void this.ready();
      child.once('message', () => {
        this.announce();
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      if (signal === 'SIGKILL' || this.stopping) continue;
      this.endedByItself++;
      this.log(`a worker ended by itself: ${last.slice(0, 300)}`);
      await sleep(PAUSE);
    }
    log.end();
  }
}
