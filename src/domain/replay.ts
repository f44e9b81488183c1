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

/** Bytes of its plan, as JSON: Temporal takes 2 MB at a time, and what came of it is to go along with most of it once more. */
const MAX_PLAN = 1_000_000;

export const tooMany = (): InvalidArgumentError =>
  refused(`More than ${MAX_REPLAY_STEPS.toLocaleString('en-US')} runs were made of it`);

/** @throws InvalidArgumentError for one that is too large to travel: a run may have consumed hundreds of the others. */
export function checkPlan(plan: readonly ReplayStep[]): void {
  if (new TextEncoder().encode(JSON.stringify(plan)).length <= MAX_PLAN) return;
  const claims = plan.reduce((sum, { sources }) => sum + sources.length, 0).toLocaleString('en-US');
  throw refused(
    `${plan.length.toLocaleString('en-US')} runs were made of it, which consumed one another ${claims} times: more than one replay can hold`,
  );
}

const refused = (why: string): InvalidArgumentError =>
  new InvalidArgumentError(`${why}. Replay it alone, and those of its consumers that matter.`, { field: 'runId' });

/** What becomes of a step. */
export type StepOutcome = Pick<ReplayStep, 'runId' | 'dataflow' | 'partitionKey'> & {
  /**
   * `pending`: it waits for the steps before it, or, where `message` says so, for a run that is none of the replay's.
   * `skipped`: one of the steps before it failed.
   */
  readonly state: 'pending' | 'running' | 'success' | 'failed' | 'skipped';
  /** The new run. */
  readonly as: string | null;
  /** In brief. */
  readonly message: string | null;
};

/** What became of a replay's steps. */
export interface ReplayOutcome {
  readonly replayId: string;
  readonly steps: readonly StepOutcome[];
}

/** Steps whose message goes along. */
const MAX_TOLD = 100;

/** As it travels: a plan that `checkPlan` lets pass has an outcome that Temporal takes, whatever goes wrong with its steps. */
export function outcomeOf(replayId: string, steps: readonly StepOutcome[]): ReplayOutcome {
  let told = 0;
  const short = (step: StepOutcome, number: number): StepOutcome => {
    if (step.message === null || step.state === 'skipped' || told++ < MAX_TOLD) return step;
    return { ...step, message: `See the workflow whose ID ends in :${String(number)}.` };
  };
  return { replayId, steps: steps.map(short) };
}
