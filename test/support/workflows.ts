// Workflows of a user's own, for the tests.

import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
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
