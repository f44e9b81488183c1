// The jobs' activities. A job reports how many source runs it was given, so that lineage can be compared with it; and a flaky
// one fails by its run's id, the same way at every try.

import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { JobInput } from '../../src';
import { hash } from '../random';

export interface ChaosActivities {
  chaosJob(input: JobInput): Promise<{ status?: 'error'; recordCount: number; dataflowBatchRunId: string }>;
}

/** One run in this many fails by a throw, another one by what it returns. */
const FAILS = 8;

export const activities: ChaosActivities = {
  chaosJob: async ({ runId, sourceCount, config }) => {
    await sleep(hash(runId) % 200);
    const lot = config?.['flaky'] === true ? hash(`${runId}/fails`) % FAILS : FAILS;
    if (lot === 0) throw ApplicationFailure.nonRetryable('This run was to fail.', 'ChaosJobFailed');
    return {
      ...(lot === 1 && { status: 'error' }),
      recordCount: sourceCount,
      dataflowBatchRunId: `batch of ${runId}`,
    };
  },
};
