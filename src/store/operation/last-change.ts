// Who changed something last, of several kinds of operation and several subjects.

import type { OperationKind } from '../../domain/operation';
import type { WhyOperation } from '../../domain/why';
import type { Queryable } from '../database';

/** The last that a DATETIME holds. */
const FOREVER = new Date('9999-12-31T00:00:00Z');

/** `until`: what was done later doesn't count. Null: none of them is kept that changed anything. */
export async function lastChange(
  db: Queryable,
  subjects: readonly string[],
  kinds: readonly OperationKind[],
  until: Date = FOREVER,
): Promise<WhyOperation | null> {
  const [row] = await db.select<{
    kind: OperationKind;
    subject: string;
    done_by: string;
    reason: string | null;
    at: Date;
  }>(
    `SELECT o.kind, o.subject, o.done_by, o.reason, o.at
     FROM (
       SELECT MAX(n.id) AS id
       FROM operation n
       WHERE n.subject IN (?)
         AND n.kind IN (?)
         AND n.at <= ?
         AND JSON_UNQUOTE(JSON_EXTRACT(n.result, '$.result.changed')) = 'true'
       GROUP BY n.subject
     ) m
     JOIN operation o ON o.id = m.id
     ORDER BY o.id DESC
     LIMIT 1`, // operation_by_subject, PRIMARY
    [[...subjects], [...kinds], until],
  );
  return row ? { kind: row.kind, subject: row.subject, by: row.done_by, reason: row.reason, at: row.at } : null;
}
