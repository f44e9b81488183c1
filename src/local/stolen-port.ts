// Between choosing a free port and the server's own bind, another program may take it. Rare; then we choose again.
import { reasonOf } from './errors';
import type { Log } from './types';

const ADDRESS_IN_USE = /address already in use|can't (start|create) .*(bind|tcp)/i;

/** Tries again, with ports chosen anew. Where a port was asked for, choosing it again fails, with a clear message. */
export async function retryOnStolenPort<T>(log: Log, start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3 || !ADDRESS_IN_USE.test(reasonOf(error))) throw error;
      log('A port was taken by another program just now: trying another.');
    }
  }
}
