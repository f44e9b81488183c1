// A server of ours over its whole life: launch, crash, restart, stop. One change at a time, in the order they were asked for.
import type { ServerProcess } from './server-process';

export interface Life {
  /** Starts the process on its ports and data, and resolves once it answers. */
  readonly launch: () => Promise<ServerProcess>;
  /** How long a polite stop may take. */
  readonly graceMs: number;
  /** Frees locks and temporary files, once it is stopped for good. */
  readonly release: () => Promise<void>;
  /** Told when the process ends without being asked to. */
  readonly onExit?: ((how: string) => void) | undefined;
}

export class Supervised {
  private queue: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | undefined;
  private asked = false;

  private constructor(
    private readonly life: Life,
    private process: ServerProcess,
  ) {
    this.watch();
  }

  /** Whatever `launch` throws passes through, after `release`. */
  static async start(life: Life): Promise<Supervised> {
    try {
      return new Supervised(life, await life.launch());
    } catch (error) {
      await life.release();
      throw error;
    }
  }

  get pid(): number {
    return this.process.pid;
  }

  stop(): Promise<void> {
    this.stopped ??= this.next(async () => {
      await this.process.stop(this.life.graceMs);
      await this.life.release();
    });
    return this.stopped;
  }

  kill(): Promise<void> {
    return this.next(() => this.process.kill());
  }

  restart(): Promise<void> {
    if (this.stopped) return Promise.reject(new Error('This server was stopped for good: start a new one.'));
    return this.next(async () => {
      await this.process.stop(this.life.graceMs);
      this.process = await this.life.launch();
      this.watch();
    });
  }

  private next(change: () => Promise<void>): Promise<void> {
    const run = this.queue.then(async () => {
      this.asked = true;
      await change();
    });
    this.queue = run.catch(() => undefined);
    return run;
  }

  private watch(): void {
    this.asked = false;
    const process = this.process;
    void process.exited.then((how) => {
      if (!this.asked && process === this.process) this.life.onExit?.(endingOf(how, process.tail(5)));
    });
  }
}

// Somebody's from outside: what the log ends with has nothing to do with it. A crash is one of the others (SIGSEGV, SIGABRT),
// and tells its cause there.
const SENT = /\bSIG(KILL|TERM|INT|HUP|QUIT)$/;

function endingOf(how: string, tail: string): string {
  return SENT.test(how) ? `${how}.` : `${how}. Its log ends:\n${tail}`;
}
