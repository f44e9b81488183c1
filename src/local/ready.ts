// Started is not ready: a server counts as ready once it really answers, and says why if it dies on the way.
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../domain/errors';
import { reasonOf } from './errors';
import type { ServerProcess } from './server-process';

export interface Readiness {
  readonly what: string;
  readonly process: ServerProcess;
  readonly logFile: string;
  readonly deadlineMs: number;
  /** Asks the server; throws while it doesn't answer yet. */
  readonly probe: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves once `probe` does. Throws UNAVAILABLE with the end of the server's log if it dies or the deadline passes. */
export async function untilReady({ what, process, logFile, deadlineMs, probe, signal }: Readiness): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    const failure = await Promise.race([attempt(probe), process.exited]);
    if (process.ended) {
      throw new UnavailableError(`${what} ${process.ended}. Its log (${logFile}) ends:\n${process.tail()}`);
    }
    if (failure === undefined) return;
    if (Date.now() > deadline) {
      throw new UnavailableError(
        `${what} didn't answer within ${deadlineMs / 1000} s (${failure}). Its log (${logFile}) ends:\n${process.tail()}`,
      );
    }
    await Promise.race([delay(50), process.exited]);
  }
}

/** Why it didn't answer; undefined if it did. */
function attempt(probe: () => Promise<void>): Promise<string | undefined> {
  return probe().then(() => undefined, reasonOf);
}
