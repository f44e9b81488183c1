// The built-in workflow type `dataflowReplay`: a run and everything that was made of it, once more and in order. What the new runs
// leave is withheld from everybody else until it has ended, so that no target runs twice.

import { ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { z } from 'zod';
import { DlcError } from '../domain/errors';
import type { RunId } from '../domain/ids';
import { DATAFLOW_RUN } from '../domain/messages';
import { optional, parseInput, text } from '../domain/parse';
import type { ReplayOutcome, ReplayStep } from '../domain/replay';
import { slotTitle } from '../domain/slot';
import type { StartRequestInput } from '../domain/start-request';
import { holder } from '../domain/withheld';
import { readReplay, releaseAndWake } from './activities';
import type { RunResult } from './execute-run';
import { failureMessage, toFailure } from './failures';
import { plannedUpdate, replayQuery } from './messages';
import { decode } from './undecoded';

/** Runs of one replay at once. */
const CONCURRENCY = 8;

const requestSchema = z.object({
  runId: text('runId', 36),
  by: text('by', 255),
  reason: optional(text('reason', 4096)),
});

type Step = ReplayOutcome['steps'][number];

class Replay {
  private steps: Step[] = [];
  plan: readonly ReplayStep[] | undefined;
  refusal: DlcError | undefined;

  constructor(readonly replayId: string) {}

  outcome(): ReplayOutcome {
    return { replayId: this.replayId, steps: this.steps };
  }

  begin(plan: readonly ReplayStep[]): void {
    this.plan = plan;
    this.steps = plan.map(({ runId, dataflow, partitionKey }) => ({
      runId,
      dataflow,
      partitionKey,
      state: 'pending',
      as: null,
      message: null,
    }));
  }

  state(number: number): Step['state'] {
    return this.steps[number]?.state ?? 'skipped';
  }

  set(number: number, change: Partial<Step>): void {
    this.steps = this.steps.map((step, at) => (at === number ? { ...step, ...change } : step));
    setCurrentDetails(details(this.steps));
  }
}

function details(steps: readonly Step[]): string {
  const count = (state: Step['state']): number => steps.filter((step) => step.state === state).length;
  const failed = steps.filter((step) => step.state === 'failed').slice(0, 20);
  return [
    `${String(count('success'))} of ${String(steps.length)} runs replayed, ${String(count('running'))} running, ${String(count('failed'))} failed, ${String(count('skipped'))} skipped.`,
    ...failed.map((step) => `- ${slotTitle(step.dataflow, step.partitionKey)}: ${step.message ?? ''}`),
  ].join('\n\n');
}

export async function dataflowReplay(received: unknown): Promise<ReplayOutcome> {
  const replay = new Replay(workflowInfo().workflowId.replace(/^dlc-replay:/, ''));
  setHandler(replayQuery, () => replay.outcome());
  setHandler(plannedUpdate, async () => {
    await condition(() => replay.plan !== undefined || replay.refusal !== undefined);
    if (replay.refusal) throw toFailure(replay.refusal);
    return replay.outcome();
  });
  try {
    const request = parseInput(requestSchema, decode(received, 'The replay'), 'The replay');
    const plan = await readReplay(request.runId as RunId);
    replay.begin(plan);
    await runAll(replay, plan, request);
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    replay.refusal = error;
    await condition(allHandlersFinished);
    throw toFailure(error);
  }
  const failed = replay.outcome().steps.filter((step) => step.state !== 'success');
  if (failed.length === 0) return replay.outcome();
  throw ApplicationFailure.nonRetryable(
    `${String(failed.length)} runs weren't replayed.`,
    'REPLAY_INCOMPLETE',
    replay.outcome(),
  );
}

type Request = z.output<typeof requestSchema>;

async function runAll(replay: Replay, plan: readonly ReplayStep[], request: Request): Promise<void> {
  const held = holder('replay', replay.replayId);
  let running = 0;
  const isReady = ({ after }: ReplayStep): boolean =>
    after.every((before) => !['pending', 'running'].includes(replay.state(before)));
  const lane = async (step: ReplayStep, number: number): Promise<void> => {
    await condition(() => isReady(step) && running < CONCURRENCY);
    if (step.after.some((before) => replay.state(before) !== 'success')) {
      replay.set(number, { state: 'skipped', message: 'What it consumes was not replayed.' });
      return;
    }
    running++;
    try {
      await runStep(replay, step, number, request, held);
    } finally {
      running--;
    }
  };
  try {
    await Promise.all(plan.map(lane));
  } finally {
    await CancellationScope.nonCancellable(() => releaseAndWake(held));
  }
}

async function runStep(
  replay: Replay,
  step: ReplayStep,
  number: number,
  { by, reason }: Request,
  withholdBy: string,
): Promise<void> {
  replay.set(number, { state: 'running' });
  const { dataflow, partitionKey, runId: rerunOf, cause, taskQueue } = step;
  const start = { dataflow, partitionKey, rerunOf, cause, withholdBy, by, reason, waitForPlace: true };
  try {
    const result = await executeChild<(request: StartRequestInput) => Promise<RunResult>>(
      step.workflowType ?? DATAFLOW_RUN,
      {
        workflowId: `${workflowInfo().workflowId}:${String(number)}`,
        args: [start],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: slotTitle(dataflow, partitionKey),
        ...(taskQueue !== null && { taskQueue }),
      },
    );
    replay.set(number, { state: 'success', as: result.runId });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
    replay.set(number, { state: 'failed', message: failureMessage(error) });
  }
}
