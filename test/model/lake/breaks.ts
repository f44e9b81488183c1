// The protocol broken on purpose, each way one step of the design's model (wakeup.py) left out. From outside: what passes
// between our code and the database or Temporal is changed, and no product code knows of it.

import type { Breaking } from './play';

interface TargetRow {
  owner_state: string | null;
}

const isOpening = (facts: Readonly<Record<string, unknown>>): boolean => facts['activityType'] === 'lineageOpenRun';

export const BREAKS = {
  /** An opening target commits its waiting row, and doesn't look again. */
  norecheck: (): Breaking => {
    const waiting = new WeakMap<object, unknown>();
    return {
      tampering: {
        transaction: async (actor, run) => {
          if (waiting.has(actor)) return waiting.get(actor) as Awaited<ReturnType<typeof run>>;
          const result = await run();
          // As if the look that follows had found nothing new.
          if (isOpening(actor.facts) && isWaiting(result)) waiting.set(actor, { result, again: false, left: null });
          return result;
        },
      },
    };
  },

  /** An ending target commits its end, and doesn't look at its queue. */
  nolook: (): Breaking => ({
    activity: (name, result) => (name === 'lineageFinishRun' ? { ...(result as object), next: false } : result),
  }),

  /** An execution closes over a wake-up. */
  closeanyway: (): Breaking => ({ faults: { closesOverMessages: true } }),

  /** A finishing source doesn't wake targets that wait. */
  skipwaiting: (): Breaking => ({
    tampering: {
      rows: (sql, rows) =>
        sql.includes('owner_state')
          ? rows.map((row) => ((row as TargetRow).owner_state === 'waiting' ? { ...row, owner_state: 'started' } : row))
          : rows,
    },
  }),
} satisfies Record<string, () => Breaking>;

const isWaiting = (result: unknown): result is { state: string } =>
  typeof result === 'object' && result !== null && 'state' in result && result.state === 'waiting';
