// A place among the runs at once is free: whoever comes next looks again. Called after the commit that freed it (rule 2).

import type { Dataflow } from '../domain/model';
import { nextInLine } from '../store';
import type { AttemptDeps } from './deps';
import { orphan } from './slot-owner';
import { signal } from './wake-targets';

export async function wakeNextInLine(deps: AttemptDeps, dataflow: Dataflow): Promise<void> {
  for (;;) {
    const next = await nextInLine(deps.db, dataflow);
    const alive = await Promise.all(next.map((run) => signal(deps, run.workflowId)));
    const gone = next.filter((_, at) => !alive[at]);
    if (gone.length === 0) return;
    // They would stand before the others for ever.
    for (const run of gone) await orphan(deps, run, 'found when it was its turn');
  }
}
