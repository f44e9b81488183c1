// Holds reads of the database back, so that something else happens just before them. Those of a transaction aren't held.

import { Database } from '../../src';
import type { SqlValue } from '../../src/store/database';
import { gate } from './gate';

export interface Hold {
  /** The first read has come. */
  readonly reached: Promise<void>;
  /** Lets all of them go, those to come as well. */
  release(): void;
}

export function holdReads(isHeld: (sql: string, values: readonly SqlValue[]) => boolean): Hold {
  const [reached, released] = [gate(), gate()];
  const { select } = Database.prototype;
  Database.prototype.select = async function <Row>(this: Database, sql: string, values: readonly SqlValue[] = []) {
    if (isHeld(sql, values)) {
      reached.open();
      await released.opened;
    }
    return select.call(this, sql, values) as Promise<Row[]>;
  };
  return {
    reached: reached.opened,
    release: () => {
      Database.prototype.select = select;
      released.open();
    },
  };
}
