// What became of the source runs that a start named: one that is gone is waited for in vain.

import { stands } from './source-run';
import type { WhyNamedRun } from './types';

/** `sources`: of the dataflow that waits. */
export function toldOf({ runId, source, run, queued }: WhyNamedRun, sources: ReadonlySet<string>): string {
  if (source === null || run === null) return `There is no run ${runId} of a source.`;
  if (!sources.has(source)) return `Run ${runId} is one of ${source}, which is no source of it.`;
  if (queued?.claimedBy)
    return `Run ${runId} was consumed by run ${queued.claimedBy.runId} (${queued.claimedBy.state}).`;
  if (queued) return `Run ${runId} is ${queued.withheld ? 'withheld' : 'ready'}.`;
  if (run.state !== 'success') return `Run ${runId} ${stands(run)}.`;
  const wrote = run.partitionKey === null ? '' : ` for ${run.partitionKey}`;
  return `Run ${runId}${wrote} ${stands(run)}, and left nothing for it.`;
}
