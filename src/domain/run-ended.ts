// The answer to whatever comes too late for a run.

import { RunAlreadyFinishedError } from './errors';
import type { Run } from './model';

export function runEnded(run: Pick<Run, 'runId' | 'state' | 'dataflow'>): RunAlreadyFinishedError {
  const gone = run.state === 'orphaned' ? ' (its workflow is gone)' : '';
  return new RunAlreadyFinishedError(
    `Run ${run.runId} of ${run.dataflow} has ended: ${run.state}${gone}. Start a new run.`,
    {
      runId: run.runId,
      state: run.state,
    },
  );
}
