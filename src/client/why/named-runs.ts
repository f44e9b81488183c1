// What is known of the source runs that the start of a waiting run named.

import type { Run } from '../../domain/model';
import { sourceRun } from '../../domain/why';
import type { WhyNamedRun } from '../../domain/why';
import { findRuns, questionOfRun, queuedOf } from '../../store';
import type { Queryable } from '../../store';

export async function namedRunsOf(db: Queryable, waiting: Run): Promise<WhyNamedRun[]> {
  const { rule } = questionOfRun(waiting);
  if (rule.check !== 'sourceRunIds') return [];
  const named = [...new Set(rule.specificSources)];
  const found = new Map<string, Run>((await findRuns(db, named)).map((run) => [run.runId, run]));
  const ids = [...found.values()].map(({ runId }) => runId);
  const queued = await queuedOf(db, ids, waiting.dataflowId, waiting.slot);
  return named.map((runId) => {
    const run = found.get(runId);
    if (!run) return { runId, source: null, run: null, queued: null };
    return { runId, source: run.dataflow, run: sourceRun(run), queued: queued.get(run.runId) ?? null };
  });
}
