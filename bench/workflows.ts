// The bench's workflows: ours with a body of one line, and bare ones that make the same hops without a database.

import {
  condition,
  defineSignal,
  defineUpdate,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { lineageRun } from '../src/workflow';
import type { RunResult, StartRequestInput } from '../src/workflow';
import type { BenchActivities } from './worker';

const { mark, bareOpen, bareFinish } = proxyLocalActivities<BenchActivities>({ startToCloseTimeout: '5 seconds' });

/** Ours: a target whose first line is timed. */
export async function timedTarget(request: StartRequestInput): Promise<RunResult> {
  return lineageRun(request, async (run) => {
    await mark(run.sources[0]?.sourceRunId ?? '');
  });
}

export const bareStarted = defineUpdate<{ runId: string }>('startedRun');
export const bareFinishUpdate = defineUpdate<{ runId: string }>('finishRun');
export const bareWakeup = defineSignal('sourceFinished');

/** Bare: opens (an activity that does nothing), waits to be finished, and wakes its target if it has one. */
export async function bareSource(target: string | null): Promise<void> {
  const { runId } = workflowInfo();
  let opened = false;
  let finished = false;
  let woken = false;
  setHandler(bareStarted, async () => {
    await condition(() => opened);
    return { runId };
  });
  setHandler(bareFinishUpdate, async () => {
    finished = true;
    await condition(() => woken);
    return { runId };
  });
  await bareOpen();
  opened = true;
  await condition(() => finished);
  await bareFinish(target, runId);
  woken = true;
}

/** Bare: a target whose first line is timed. */
export async function bareTarget(sourceRunId: string): Promise<void> {
  setHandler(bareWakeup, () => undefined);
  await bareOpen();
  await mark(sourceRunId);
}
