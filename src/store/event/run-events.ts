// What happened to a run, oldest first: the first thousand events.

import type { RunId } from '../../domain/ids';
import type { JsonObject } from '../../domain/json';
import type { RunEventRecord } from '../../domain/run-events';
import type { Queryable } from '../database';
import { objectOrNull } from '../json-column';

/** Far above what happens to a run; one that fed very many slots may have been healed as often. */
const MAX_EVENTS = 1_000;

interface Row {
  event: string;
  at: Date;
  detail: string | null;
}

export async function runEvents(db: Queryable, runId: RunId): Promise<RunEventRecord[]> {
  const rows = await db.select<Row>(
    `SELECT event, at, detail
     FROM run_event
     WHERE run_id = ?
     ORDER BY id
     LIMIT ?`, // event_by_run
    [runId, MAX_EVENTS],
  );
  return rows.map(({ event, at, detail }) => rowToEvent(event, at, objectOrNull(detail) ?? {}));
}

function rowToEvent(event: string, at: Date, { by, reason, ...detail }: JsonObject): RunEventRecord {
  return { event, at, by: text(by), reason: text(reason), detail };
}

const text = (value: JsonObject[string] | undefined): string | null => (typeof value === 'string' ? value : null);
