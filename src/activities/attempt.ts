// One attempt of an activity. Temporal gives a slow one up and starts another, but the old one goes on in the background: it
// must not write once the other's answer may have been taken, nor keep locks that the other waits for.

import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Database, Queryable } from '../store';

/** A transaction of the attempt. @throws what `work` throws. */
export type Transaction = <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;

/** For the attempt that runs now. */
export function attemptTransaction(db: Database): Transaction {
  const signal = cancellationSignal();
  // Temporal can't tell a worker that it lost sight of; the clock can.
  const deadline = performance.now() + (activityInfo().startToCloseTimeoutMs || Infinity);
  const checkGivenUp = (): void => {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error('This attempt took too long: another one decides.');
  };
  return async (work) => {
    checkGivenUp();
    return db.transaction(async (tx) => {
      const result = await work({
        select: async (sql, values) => (checkGivenUp(), tx.select(sql, values)),
        write: async (sql, values) => (checkGivenUp(), tx.write(sql, values)),
      });
      checkGivenUp();
      return result;
    });
  };
}
