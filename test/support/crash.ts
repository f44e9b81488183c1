// Makes this process die with SIGKILL on a line of the test's choice. It patches the store from outside: nothing in the product
// knows of it.
//   after-commit:N   right after the N-th transaction has committed
//   before-commit:N  with the N-th transaction's work done, but not committed

import { Database } from '../../src';
import type { Queryable } from '../../src/store';

export function dieAt(crash: string): void {
  const [when = '', nth = '0'] = crash.split(':');
  let transactions = 0;
  const original = Database.prototype.transaction;
  Database.prototype.transaction = async function <T>(this: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
    const mine = ++transactions === Number(nth);
    const result = await original.call(this, async (tx: Queryable) => {
      const done = await work(tx);
      if (mine && when === 'before-commit') die();
      return done;
    });
    if (mine && when === 'after-commit') die();
    return result as T;
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
