// Runs the steps of a replay, each once what it consumes has been replayed. What they leave for their targets is withheld until the
// last one has ended.

import { ChildWorkflowFailure } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  isCancellation,
  ParentClosePolicy,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import { DATAFLOW_RUN } from '../domain/messages';
import type { ReplayStep } from '../domain/replay';
import { slotTitle } from '../domain/slot';
import type { StartRequestInput } from '../domain/start-request';
import { holder } from '../domain/withheld';
import { releaseAndWake } from './activities';
import { runChild } from './child';
import { failureMessage } from './failures';
import type { ReplaySession } from './replay-session';

/** A replay used to let go of what it withheld before its last run had ended. */
const WAITS = 'replay-waits';

/** Runs of one replay at once. */
const CONCURRENCY = 8;

export interface ReplayAsked {
  readonly by: string | null;
  readonly reason: string | null;
}

export async function runSteps(session: ReplaySession, plan: readonly ReplayStep[], asked: ReplayAsked): Promise<void> {
  const waits = patched(WAITS);
  const withholdBy = holder('replay', session.replayId);
  const steps = new Steps(session, { ...asked, withholdBy }, waits);
  const lanes = plan.map((step, number) => steps.run(step, number));
  try {
    await Promise.all(lanes);
  } finally {
    // A run that is cancelled may succeed all the same, and what it leaves then must be let go of too.
    if (waits) await Promise.allSettled(lanes);
    await CancellationScope.nonCancellable(() => releaseAndWake(withholdBy));
  }
}

class Steps {
  private running = 0;

  constructor(
    private readonly session: ReplaySession,
    private readonly request: ReplayAsked & { readonly withholdBy: string },
    private readonly waits: boolean,
  ) {}

  async run(step: ReplayStep, number: number): Promise<void> {
    const { session } = this;
    try {
      await condition(() => step.after.every((before) => session.isOver(before)) && this.running < CONCURRENCY);
    } catch (error) {
      session.set(number, { state: 'skipped', message: 'The replay was cancelled.' });
      throw error;
    }
    if (step.after.some((before) => session.state(before) !== 'success')) {
      session.set(number, { state: 'skipped', message: 'What it consumes was not replayed.' });
      return;
    }
    this.running++;
    session.set(number, { state: 'running' });
    try {
      session.set(number, { state: 'success', as: await this.rerun(step, number) });
    } catch (error) {
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      session.set(number, { state: 'failed', message: failureMessage(error) });
      // Else somebody cancelled that run alone.
      const isOurs = !this.waits || CancellationScope.current().consideredCancelled;
      if (isCancellation(error) && isOurs) throw error;
    } finally {
      this.running--;
    }
  }

  /** Returns the new run's ID. */
  private async rerun(step: ReplayStep, number: number): Promise<string> {
    const { dataflow, partitionKey, runId: rerunOf, cause, taskQueue } = step;
    const start: StartRequestInput = { ...this.request, dataflow, partitionKey, rerunOf, cause, waitForPlace: true };
    const { firstRunId } = await runChild(step.workflowType ?? DATAFLOW_RUN, {
      workflowId: `${workflowInfo().workflowId}:${String(number)}`,
      args: [start],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: slotTitle(dataflow, partitionKey),
      ...(taskQueue !== null && { taskQueue }),
    });
    return firstRunId;
  }
}
