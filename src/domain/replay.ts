// A replay of a run with everything that was made of it: its steps, and what becomes of them.

import { InvalidArgumentError } from './errors';
import type { RunId } from './ids';

/** One run that is run once more. */
export interface ReplayStep {
  readonly runId: RunId;
  readonly dataflow: string;
  /** `''` unless the dataflow runs per partition. */
  readonly slot: string;
  readonly partitionKey: string | null;
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
  readonly cause: 'retry' | 'replay';
  /** Steps, by their number, whose output it consumes. */
  readonly after: readonly number[];
  /** The source runs in whose place it consumes the new runs of those steps. */
  readonly sources: readonly ReplayedSource[];
}

export interface ReplayedSource {
  readonly runId: RunId;
  readonly step: number;
  /** Partitions of it that aren't: another of the steps consumes them anew, as it has consumed a later version of them. */
  readonly except?: readonly string[];
}

/** Runs of one replay at most: its plan travels, and its workflow's history holds all of them. */
export const MAX_REPLAY_STEPS = 2_000;

export const tooMany = (): InvalidArgumentError =>
  new InvalidArgumentError(
    `More than ${MAX_REPLAY_STEPS.toLocaleString('en-US')} runs were made of it: replay it alone, and those of its consumers that matter.`,
    { field: 'runId' },
  );

/** What became of a replay's steps. */
export interface ReplayOutcome {
  readonly replayId: string;
  readonly steps: readonly (Pick<ReplayStep, 'runId' | 'dataflow' | 'partitionKey'> & {
    /**
     * `pending`: it waits for the steps before it, or, where `message` says so, for a run that is none of the replay's.
     * `skipped`: one of the steps before it failed.
     */
    readonly state: 'pending' | 'running' | 'success' | 'failed' | 'skipped';
    /** The new run. */
    readonly as: string | null;
    readonly message: string | null;
  })[];
}
