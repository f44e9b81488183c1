// What was committed, in the order of the commits: the reference model reads it. Taken from what passes to the database, not
// from what our code says of itself.

import type { Actor } from '../temporal/actors';
import type { Queryable } from '../../../src/store';
import type { SqlValue } from '../../../src/store/database';

export interface RunEvent {
  readonly runId: string;
  readonly dataflowId: string;
  readonly event: string;
}

export interface OpenRun {
  readonly runId: string;
  readonly dataflowId: string;
  readonly state: 'waiting' | 'started';
}

export interface Entry {
  readonly actor: string;
  /** When it read, and when others could see what it wrote. */
  readonly began: number;
  committed: number;
  readonly events: RunEvent[];
  /** Runs whose rows were deleted. */
  readonly forgotten: string[];
  /** A relation that a script suspended or resumed. */
  suspended?: { readonly relationId: string; readonly yes: boolean };
  writes: number;
  observe(tx: Queryable): Queryable;
}

/** Other events tell of what happened to a run on its way. */
export const END_STATES: ReadonlySet<string> = new Set(['success', 'error', 'cancelled', 'orphaned', 'expired']);

export class Journal {
  readonly entries: Entry[] = [];
  /** Runs that are open now. */
  readonly open = new Map<string, OpenRun>();
  /** Runs that have ended, and how. */
  readonly ended = new Map<string, string>();
  private time = 0;

  begin(actor: Actor): Entry {
    const entry: Entry = {
      actor: actor.name,
      began: this.time++,
      committed: Infinity,
      events: [],
      forgotten: [],
      writes: 0,
      observe: (tx) => ({
        select: (sql, values) => tx.select(sql, values),
        write: (sql, values = []) => {
          entry.writes++;
          note(entry, sql, values);
          return tx.write(sql, values);
        },
      }),
    };
    return entry;
  }

  commit(entry: Entry): void {
    entry.committed = this.time++;
    this.entries.push(entry);
    for (const { runId, dataflowId, event } of entry.events) {
      if (event === 'waiting' || event === 'started') this.open.set(runId, { runId, dataflowId, state: event });
      else if (END_STATES.has(event)) {
        this.open.delete(runId);
        this.ended.set(runId, event);
      }
    }
    for (const runId of entry.forgotten) this.open.delete(runId);
  }
}

function note(entry: Entry, sql: string, values: readonly SqlValue[]): void {
  if (/^\s*INSERT INTO run_event/.test(sql)) {
    const [runId, dataflowId, event] = values.map(String);
    entry.events.push({ runId: runId ?? '', dataflowId: dataflowId ?? '', event: event ?? '' });
  }
  if (/^\s*DELETE FROM dataflow_run\b/.test(sql)) entry.forgotten.push(String(values[0]));
  if (/^\s*UPDATE dataflow_relation SET suspended_at/.test(sql)) {
    const [yes, relationId] = values;
    entry.suspended = { relationId: String(relationId), yes: yes === 1 };
  }
}
