// How far a backfill is, and what came of it. Plain JSON.

import { z } from 'zod';
import { brief } from '../brief';

/**
 * `success`, `error`, `cancelled`: how a partition's run ended (`error`: or that it couldn't be opened). `skipped`: it had a run that
 * succeeded. `taken`: another run was at it. `notReady`: its sources weren't there.
 */
export const OUTCOMES = ['success', 'error', 'cancelled', 'skipped', 'taken', 'notReady'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const number = z.number().int().min(0);

/** As it travels from one execution to the next. */
export const progressSchema = z.object(
  {
    partitions: number,
    /** Partitions that it has come to, those that run now included. */
    begun: number,
    counts: z.record(z.enum(OUTCOMES), number),
    /** What went wrong first. */
    failures: z.array(z.object({ partitionKey: z.string(), outcome: z.enum(OUTCOMES), message: z.string() })),
    /** Why it went no further: it was cancelled, or its dataflow is off. */
    stopped: z.string().nullable(),
  },
  'progress must be what the backfill itself has set.',
);

export type BackfillProgress = z.output<typeof progressSchema>;
export type BackfillFailure = BackfillProgress['failures'][number];

/** As `stopped` says it. */
export const CANCELLED = 'It was cancelled.';

const MAX_FAILURES = 20;

export const noProgress = (partitions: number): BackfillProgress => ({
  partitions,
  begun: 0,
  counts: { success: 0, error: 0, cancelled: 0, skipped: 0, taken: 0, notReady: 0 },
  failures: [],
  stopped: null,
});

export function counted(
  progress: BackfillProgress,
  partitionKey: string,
  outcome: Outcome,
  message: string | null = null,
): BackfillProgress {
  const { counts, failures } = progress;
  const told = message !== null && failures.length < MAX_FAILURES;
  return {
    ...progress,
    counts: { ...counts, [outcome]: counts[outcome] + 1 },
    failures: told ? [...failures, { partitionKey, outcome, message: brief(message) }] : failures,
  };
}

export const doneOf = ({ counts }: BackfillProgress): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** `success 10, error 2` */
export function showCounts({ counts }: BackfillProgress): string {
  const given = Object.entries(counts).filter(([, count]) => count > 0);
  return given.map(([outcome, count]) => `${outcome} ${count.toLocaleString('en-US')}`).join(', ') || 'nothing yet';
}
