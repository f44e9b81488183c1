// Workflows of a user's own, for the tests.

import { ApplicationFailure } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { lineageRun } from '../../src/workflow';
import type { JobInput, RunResult, StartRequestInput } from '../../src/workflow';

const { echoJob } = proxyActivities<{ echoJob(input: JobInput): Promise<{ recordCount: number }> }>({
  startToCloseTimeout: '10 seconds',
});

/** A user's own workflow, wrapped: its rows are the sum of its sources'. */
export async function wrappedEtl(request: StartRequestInput): Promise<RunResult> {
  return lineageRun(request, async (run) => {
    await echoJob(run);
    return { recordCount: run.sources.reduce((sum, source) => sum + (source.recordCount ?? 0), 0) };
  });
}

/** One that fails before it has opened a run. */
export async function brokenEtl(): Promise<never> {
  throw ApplicationFailure.nonRetryable('no such tenant');
}

/** A wrapped workflow whose body ends when it is told to. */
export async function gatedEtl(request: StartRequestInput): Promise<RunResult> {
  let open = false;
  setHandler(defineSignal('openGate'), () => {
    open = true;
  });
  return lineageRun(request, async () => {
    await condition(() => open);
  });
}

/** A job as a child workflow. */
export async function childJob(input: JobInput): Promise<{ recordCount: number; dataflowBatchRunId: string }> {
  return { recordCount: input.sourceCount, dataflowBatchRunId: `child of ${input.runId}` };
}

/** With an update that waits for the workflow's own result. */
export async function withHandler(request: StartRequestInput): Promise<RunResult> {
  const results: RunResult[] = [];
  setHandler(defineUpdate<number | null>('resultOf'), async () => {
    await condition(() => results.length > 0);
    return results[0]!.recordCount;
  });
  const result = await lineageRun(request, async () => ({ recordCount: 5 }));
  results.push(result);
  return result;
}

/** With arguments of its own, and a request that it makes itself. */
export async function ownArguments(dataflow: string, tenant: string): Promise<string> {
  await lineageRun({ dataflow, wait: true }, async () => undefined);
  return tenant;
}

/** With a body that continues as new, which it may not. */
export async function longEtl(request: StartRequestInput): Promise<RunResult> {
  return lineageRun(request, async () => {
    await continueAsNew<typeof longEtl>(request);
  });
}

/** A job as a child workflow that works until it is cancelled. */
export async function endlessJob(): Promise<void> {
  await condition(() => false);
}

/** A job as a child workflow that fails. */
export async function noSuchBucket(): Promise<void> {
  throw ApplicationFailure.retryable('no such bucket');
}

/** A job as a child workflow that fails at first, and then works until it is cancelled. */
export async function retriedJob(): Promise<void> {
  if (workflowInfo().attempt === 1) throw ApplicationFailure.retryable('broken');
  await condition(() => false);
}

/** The same, which answers the cancel of its second attempt with a failure. */
export async function contraryJob(): Promise<void> {
  const { attempt } = workflowInfo();
  if (attempt === 1) throw ApplicationFailure.retryable('broken');
  try {
    await condition(() => false);
  } catch (error) {
    throw attempt === 2 ? ApplicationFailure.retryable('broken by the cancel') : error;
  }
}

/** The same, which goes on as new instead of failing. */
export async function continuedJob(): Promise<void> {
  const { continuedFromExecutionRunId } = workflowInfo();
  if (continuedFromExecutionRunId === undefined) await continueAsNew<typeof continuedJob>();
  await condition(() => false);
}
