// What the events of a run tell that its row doesn't.

import type { RunId } from '../../domain/ids';
import type { Queryable } from '../database';

export interface RunStory {
  /** Its rule wasn't met when it started: its deadline was over. */
  readonly byDeadline: boolean;
  /** What it had claimed went back to the queue. */
  readonly gaveBack: boolean;
}

export async function runStory(db: Queryable, runId: RunId): Promise<RunStory> {
  const rows = await db.select<{ event: string; because: string | null }>(
    `SELECT event, JSON_UNQUOTE(JSON_EXTRACT(detail, '$.because')) AS because
     FROM run_event
     WHERE run_id = ?
       AND event IN ('started', 'release', 'clear')`, // event_by_run
    [runId],
  );
  return {
    byDeadline: rows.some(({ because }) => because === 'deadline'),
    gaveBack: rows.some(({ event }) => event !== 'started'),
  };
}
