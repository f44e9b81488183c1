// What is known of the sources of a slot.

import type { QueueRow, Relation } from '../../domain/model';
import { NO_ROWS, shownRows, sourceRun } from '../../domain/why';
import type { WhySource } from '../../domain/why';
import { findDataflows, newestQueued } from '../../store';
import type { Queryable } from '../../store';
import { lastRuns } from './last-runs';

/** `rows`: what is ready of them. */
export async function sourcesOf(
  db: Queryable,
  relations: readonly Relation[],
  slot: string,
  rows: readonly QueueRow[],
): Promise<WhySource[]> {
  const [newest, last, dataflows] = await Promise.all([
    newestQueued(
      db,
      relations.map((relation) => relation.id),
      slot,
    ),
    lastRuns(db, relations, slot),
    findDataflows(
      db,
      relations.map((relation) => relation.sourceDataflowId),
    ),
  ]);
  const shown = shownRows(rows);
  return relations.map(({ id, sourceKey, sourceDataflowId, suspendedAt, suspendedBy, suspendReason }) => {
    const run = last.get(id);
    const { status = 'enabled', pause = null } = dataflows.get(sourceDataflowId) ?? {};
    return {
      source: sourceKey,
      relationId: id,
      status,
      pause,
      suspendedAt,
      suspendedBy,
      suspendReason,
      newest: newest.get(id) ?? null,
      lastRun: run ? sourceRun(run) : null,
      ...(shown.get(id) ?? NO_ROWS),
    };
  });
}
