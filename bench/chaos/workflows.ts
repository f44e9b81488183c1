// The user's workflows in a chaos run: one that is a job, and one that is wrapped.

import { proxyActivities } from '@temporalio/workflow';
import { lineageRun } from '../../src/workflow';
import type { JobInput, RunResult, StartRequestInput } from '../../src/workflow';
import type { ChaosActivities } from './jobs';

const { chaosJob: work } = proxyActivities<ChaosActivities>({ startToCloseTimeout: '10 seconds' });

/** A job as a child workflow. */
export async function chaosChild(input: JobInput): ReturnType<ChaosActivities['chaosJob']> {
  return work(input);
}

/** A wrapped workflow, which a trigger starts in place of `dataflowRun`. */
export async function chaosWrapped(request: StartRequestInput): Promise<RunResult> {
  return lineageRun(request, (run) => work(run));
}
