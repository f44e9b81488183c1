// What is known of the sources of a slot.

import type { QueueRow, Relation } from '../../domain/model';
import { NO_ROWS, shownRows } from '../../domain/why';
import type { WhySource } from '../../domain/why';
import { newestQueued, newestRuns } from '../../store';
import type { Queryable } from '../../store';

/** `rows`: what is ready of them. */
export async function sourcesOf(
  db: Queryable,
  relations: readonly Relation[],
  slot: string,
  rows: readonly QueueRow[],
): Promise<WhySource[]> {
  const [newest, last] = await Promise.all([
    newestQueued(
      db,
      relations.map((relation) => relation.id),
      slot,
    ),
    newestRuns(
      db,
      relations.map((relation) => relation.sourceDataflowId),
    ),
  ]);
  const shown = shownRows(rows);
  return relations.map(({ id, sourceKey, sourceDataflowId, suspendedAt, suspendedBy, suspendReason }) => {
    const run = last.get(sourceDataflowId);
    return {
      source: sourceKey,
      relationId: id,
      suspendedAt,
      suspendedBy,
      suspendReason,
      newest: newest.get(id) ?? null,
      lastRun: run ? { runId: run.runId, state: run.state, at: run.endedAt ?? run.startedAt ?? run.openedAt } : null,
      ...(shown.get(id) ?? NO_ROWS),
    };
  });
}
