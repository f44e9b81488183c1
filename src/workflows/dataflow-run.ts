// The built-in workflow type `dataflowRun`: a run whose body is the dataflow's job.

import { executeRun } from './execute-run';
import type { RunResult } from './execute-run';
import { runJob } from './job';

/** Input: a start request, `{ dataflow: KEY or id, partitionKey?, dependencyCheck?, wait?, … }`. */
export async function dataflowRun(request: unknown): Promise<RunResult> {
  return executeRun(request, {
    endsByMessage: (run) => run.job.type === 'external',
    execute: async (run) => (run.job.type === 'external' ? undefined : runJob(run.job, run)),
  });
}
