// Asks a workflow until it answers: an execution that is just closing can't, but it or the next one will.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context';
import { isEnding, toDlcError } from './temporal-errors';

/** Longest pause between two tries, in milliseconds. */
const MAX_PAUSE = 500;

/**
 * Runs `ask` under the deadline, again while the execution is ending.
 * @throws what the workflow answered as a DlcError; UnavailableError at the deadline; WorkflowNotFoundError as it is.
 */
export async function untilAnswered<T>(
  { calls, temporal }: Context,
  deadline: number,
  doing: string,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await calls.run(temporal, deadline, doing, ask);
    } catch (error) {
      const pause = Math.min(MAX_PAUSE, 5 * 2 ** attempt);
      if (!isEnding(error) || Date.now() + pause > deadline) throw toDlcError(error, doing);
      await sleep(pause);
    }
  }
}
