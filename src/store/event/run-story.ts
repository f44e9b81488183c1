// What the events of a run tell that its row doesn't.

import type { RunId } from '../../domain/ids';
import type { JsonObject } from '../../domain/json';
import type { Queryable } from '../database';
import { objectOrNull } from '../json-column';

export interface RunStory {
  /** Its rule wasn't met when it started: its deadline was over. */
  readonly byDeadline: boolean;
  /** It waited before it started, or ended. */
  readonly waited: boolean;
  /** Who asked for it, and why, where they said so. */
  readonly by: string | null;
  readonly reason: string | null;
  /** What it had claimed went back to the queue. */
  readonly gaveBack: boolean;
}

export async function runStory(db: Queryable, runId: RunId): Promise<RunStory> {
  const rows = await db.select<{ event: string; detail: string | null }>(
    `SELECT event, detail
     FROM run_event
     WHERE run_id = ?
       AND event IN ('waiting', 'started', 'release', 'clear')
     ORDER BY id`, // event_by_run
    [runId],
  );
  const told = (...events: string[]): readonly JsonObject[] =>
    rows.filter(({ event }) => events.includes(event)).map(({ detail }) => objectOrNull(detail) ?? {});
  const opening = told('waiting', 'started')[0];
  return {
    byDeadline: told('started').some(({ because }) => because === 'deadline'),
    waited: told('waiting').length > 0,
    by: textOrNull(opening?.['by']),
    reason: textOrNull(opening?.['reason']),
    gaveBack: told('release', 'clear').length > 0,
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
