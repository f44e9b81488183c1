// Ctrl-C and its kin, for commands that run until they are told to stop: the first one asks, the second one forces.

export interface Stop {
  readonly signal: AbortSignal;
  /** Resolves with the first signal. */
  readonly asked: Promise<void>;
  /** Resolves with the second one. */
  readonly forced: Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npx and npm pass on a signal that the terminal has sent already: within this time it is the same one. */
const SAME_MS = 1000;

/** From now on signals don't end the process, nor does having nothing to do: main.ts does, when the command has ended. */
export function listenForStop(): Stop {
  const first = once();
  const second = once();
  let since = 0;
  setInterval(() => undefined, 2 ** 30);
  const onSignal = (): void => {
    if (!first.signal.aborted) {
      since = Date.now();
      first.abort();
    } else if (Date.now() - since > SAME_MS) {
      second.abort();
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return { signal: first.signal, asked: first.happened, forced: second.happened };
}

function once(): { signal: AbortSignal; abort: () => void; happened: Promise<void> } {
  const controller = new AbortController();
  const { signal } = controller;
  const happened = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return { signal, abort: () => controller.abort(), happened };
}
