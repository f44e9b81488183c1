// What a backfill does with a partition, by the runs that it has had. Pure.

import type { RunId } from '../ids';
import type { RunState } from '../run-state';
import { isOpen } from '../run-state';

/**
 * Which partitions run. `missing`: those that never had a run that succeeded. `failed`: those too whose newest run failed.
 * `all`: those too whose newest run succeeded.
 */
export const BACKFILL_RERUNS = ['missing', 'failed', 'all'] as const;
export type BackfillRerun = (typeof BACKFILL_RERUNS)[number];

/** What has become of a partition so far. */
export interface PartitionRuns {
  /** The newest one that has started, or is open. */
  readonly newest: { readonly runId: RunId; readonly state: RunState };
  /** Some run of it succeeded. */
  readonly succeeded: boolean;
}

export type Planned = { readonly partitionKey: string } & (
  | { readonly action: 'run'; readonly rerunOf: RunId | null; readonly cause: 'retry' | 'replay' | null }
  /** It has what it is to have. */
  | { readonly action: 'skip' }
  /** Another run is at it. */
  | { readonly action: 'taken'; readonly runId: RunId }
);

/**
 * A run that failed is run once more through a retry, and one that succeeded through a replay: that way the new one has the sources
 * that the old one had consumed.
 */
export function planPartition(partitionKey: string, runs: PartitionRuns | undefined, rerun: BackfillRerun): Planned {
  if (!runs) return { partitionKey, action: 'run', rerunOf: null, cause: null };
  const { runId, state } = runs.newest;
  if (isOpen(state)) return { partitionKey, action: 'taken', runId };
  const failed = state !== 'success';
  const runsAgain = rerun === 'all' || !runs.succeeded || (rerun === 'failed' && failed);
  return runsAgain
    ? { partitionKey, action: 'run', rerunOf: runId, cause: failed ? 'retry' : 'replay' }
    : { partitionKey, action: 'skip' };
}
