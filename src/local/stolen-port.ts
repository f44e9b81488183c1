// Between choosing a free port and the server's own bind, another program may take it. Rare; then we choose again.
import { reasonOf } from './errors';
import type { Log } from './types';

const ADDRESS_IN_USE = /address already in use|can't (start|create) .*(bind|tcp)/i;

/**
 * Tries again, with ports chosen anew. Not where one of `asked` was asked for (neither 0 nor left out): that one can't be
 * chosen anew, so what the server says of it is the answer.
 */
export async function retryOnStolenPort<T>(
  { log, asked }: { log: Log; asked: readonly (number | undefined)[] },
  start: () => Promise<T>,
): Promise<T> {
  const attempts = asked.some(Boolean) ? 1 : 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === attempts || !ADDRESS_IN_USE.test(reasonOf(error))) throw error;
      log('A port was taken by another program just now: trying another.');
    }
  }
}
