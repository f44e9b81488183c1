// What the events of a run tell that its row doesn't.

import type { RunId } from '../../domain/ids';
import type { JsonObject } from '../../domain/json';
import type { DataflowStatus } from '../../domain/model';
import type { OperationKind } from '../../domain/operation';
import type { Explanation } from '../../domain/rule';
import type { WhyOperation } from '../../domain/why';
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
  /** Of one that ended without having started: how its rule stood then, abridged; null where an earlier version ended it. */
  readonly explanation: Explanation | null;
  /** Of one that was cancelled since its dataflow was off: what that one was. */
  readonly dataflowStatus: Exclude<DataflowStatus, 'enabled'> | null;
  readonly operations: readonly WhyOperation[];
}

/** Events that somebody's operation wrote. */
const OPERATIONS: ReadonlyMap<string, OperationKind> = new Map([
  ['cancel', 'cancelRun'],
  ['clear', 'clearRun'],
  ['accept', 'acceptRun'],
]);

interface Row {
  event: string;
  at: Date;
  detail: string | null;
}

export async function runStory(db: Queryable, runId: RunId): Promise<RunStory> {
  const rows = await db.select<Row>(
    `SELECT event, at, detail
     FROM run_event
     WHERE run_id = ?
       AND event IN ('waiting', 'started', 'release', 'clear', 'cancel', 'accept', 'expired', 'cancelled', 'orphaned')
     ORDER BY id`, // event_by_run
    [runId],
  );
  const events = rows.map(({ event, at, detail }) => ({ event, at, detail: objectOrNull(detail) ?? {} }));
  const told = (...of: string[]): readonly JsonObject[] =>
    events.filter(({ event }) => of.includes(event)).map(({ detail }) => detail);
  const opening = told('waiting', 'started')[0];
  const end = told('expired', 'cancelled', 'orphaned')[0];
  return {
    byDeadline: told('started').some(({ because }) => because === 'deadline'),
    waited: told('waiting').length > 0,
    by: textOrNull(opening?.['by']),
    reason: textOrNull(opening?.['reason']),
    gaveBack: told('release', 'clear').length > 0,
    explanation: (end?.['explanation'] ?? null) as Explanation | null,
    dataflowStatus: (end?.['dataflowStatus'] ?? null) as RunStory['dataflowStatus'],
    operations: events.flatMap(({ event, at, detail }) => {
      const [kind, by] = [OPERATIONS.get(event), textOrNull(detail['by'])];
      return kind && by !== null ? [{ kind, subject: runId, by, reason: textOrNull(detail['reason']), at }] : [];
    }),
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
