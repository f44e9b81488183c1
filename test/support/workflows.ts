// Workflows of a user's own, for the tests.

import {
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
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
