// Rules that no source run can ever meet. A rule may name what is related to its dataflow later, so this is no error until somebody
// wonders; nobody but people can put it right, so the housekeeper doesn't look.

import type { Finding } from '../domain/finding';
import { bestCase, leavesOf } from '../domain/rule';
import { rulesToCheck, ruleSources } from '../store';
import type { Queryable } from '../store';

/** Of dataflows that are enabled. `graceMs`: whoever registered one just now may be about to relate it. */
export async function findUnmeetable(db: Queryable, graceMs: number): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { id, key, rule } of await rulesToCheck(db, graceMs)) {
    const { sources, leftOut } = await ruleSources(db, id);
    const best = bestCase(rule, sources, leftOut);
    if (best.satisfied) continue;
    const lacking = leavesOf(best).filter((leaf) => leaf.unrelated ?? leaf.leftOut);
    const named = new Map(lacking.map(({ source, leftOut: relation = 'none' as const }) => [source, relation]));
    const lacks = [...named].map(([source, relation]) => ({ source, relation }));
    found.push({ kind: 'unmeetableRule', dataflowId: id, dataflow: key, sources: lacks });
  }
  return found;
}
