// A workflow of our own as a dataflow's run: `lineageRun` waits for its sources and claims them, the rest is ours.

import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import { lineageRun } from '../../src/workflow'; // outside this repository: from 'datalake-lineage/workflow'
import type { RunResult, StartRequestInput } from '../../src/workflow';
import type { Jobs } from './jobs';
import { SZ_FLIGHTS } from './lake';

const { measureDelays } = proxyActivities<Jobs>({
  startToCloseTimeout: '2 minutes',
  retry: { maximumAttempts: 3 },
  summary: 'mean delay of each airport',
});

/** cz:airport-delays, for one month. It trusts nobody: it must have counted as many flights as its sources reported. */
export async function airportDelays(request: StartRequestInput): Promise<RunResult> {
  return lineageRun(request, async (run) => {
    const { recordCount, flights, metadata } = await measureDelays(run);
    const reported = run.sources
      .filter(({ sourceDataflow }) => sourceDataflow === SZ_FLIGHTS)
      .reduce((sum, source) => sum + (source.recordCount ?? 0), 0);
    if (flights !== reported) {
      throw ApplicationFailure.nonRetryable(`Counted ${flights} flights, but the sources reported ${reported}.`);
    }
    return { recordCount, metadata };
  });
}
