// A replay of a run with everything that was made of it: which runs are run once more, and after which others. Pure.

import { AlreadyActiveError, InvalidArgumentError } from './errors';
import type { RunId } from './ids';
import type { Run } from './model';
import { isOpen } from './run-state';

/** One run that is run once more. */
export interface ReplayStep {
  readonly runId: RunId;
  readonly dataflow: string;
  readonly partitionKey: string | null;
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
  readonly cause: 'retry' | 'replay';
  /** Steps, by their number, whose output it consumes. */
  readonly after: readonly number[];
}

/** Runs of one replay at most: its plan travels, and its workflow's history holds all of them. */
export const MAX_REPLAY_STEPS = 2_000;

type Replayed = Pick<Run, 'runId' | 'dataflow' | 'partitionKey' | 'state' | 'startedAt'> & {
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
};

/**
 * The first run, and those that consumed it, each after all that it consumed of them.
 * `runs`: in the order in which they started, so that a consumer comes after what it consumed.
 * @throws AlreadyActiveError when one of them is open.
 */
export function planReplay(
  runs: readonly Replayed[],
  consumptions: readonly { readonly source: RunId; readonly target: RunId }[],
): ReplayStep[] {
  const started = runs.filter((run) => run.startedAt !== null);
  if (started.length > MAX_REPLAY_STEPS) throw tooMany();
  const open = started.find((run) => isOpen(run.state));
  if (open) {
    throw new AlreadyActiveError(
      `Run ${open.runId} of ${open.dataflow} is open (${open.state}), and it consumes what is to be replayed. Wait for its end, or clear it first.`,
      { field: 'runId', runId: open.runId, state: open.state },
    );
  }
  const numbers = new Map(started.map(({ runId }, number) => [runId, number]));
  return started.map(({ runId, dataflow, partitionKey, workflowType, taskQueue, state }) => ({
    runId,
    dataflow,
    partitionKey,
    workflowType,
    taskQueue,
    cause: state === 'success' ? 'replay' : 'retry',
    after: consumptions.flatMap(({ source, target }) => (target === runId ? (numbers.get(source) ?? []) : [])),
  }));
}

export const tooMany = (): InvalidArgumentError =>
  new InvalidArgumentError(
    `More than ${MAX_REPLAY_STEPS.toLocaleString('en-US')} runs were made of it: replay it alone, and those of its consumers that matter.`,
    { field: 'runId' },
  );

/** What became of a replay's steps. */
export interface ReplayOutcome {
  readonly replayId: string;
  readonly steps: readonly (Pick<ReplayStep, 'runId' | 'dataflow' | 'partitionKey'> & {
    /** `pending`: it waits for the steps before it. `skipped`: one of those failed. */
    readonly state: 'pending' | 'running' | 'success' | 'failed' | 'skipped';
    /** The new run. */
    readonly as: string | null;
    readonly message: string | null;
  })[];
}
