// What people did, newest first.

import type { Queryable } from '../database';
import { fromJson } from '../json-column';

export interface OperationRecord {
  readonly operationId: string;
  readonly kind: string;
  readonly subject: string;
  readonly by: string;
  readonly reason: string | null;
  readonly at: Date;
  readonly result: unknown;
}

interface Row {
  operation_id: string;
  kind: string;
  subject: string;
  done_by: string;
  reason: string | null;
  at: Date;
  result: string;
}

/** `subject`: a key, `source → target`, `zone rz` or a runId. */
export async function listOperations(
  db: Queryable,
  { subject, limit = 100 }: { readonly subject?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<OperationRecord[]> {
  const rows = await db.select<Row>(
    `SELECT operation_id, kind, subject, done_by, reason, at, result
     FROM operation
     ${subject === undefined ? '' : 'WHERE subject = ?'}
     ORDER BY id DESC
     LIMIT ?`, // operation_by_subject, PRIMARY
    subject === undefined ? [limit] : [subject, limit],
  );
  return rows.map((row) => ({
    operationId: row.operation_id,
    kind: row.kind,
    subject: row.subject,
    by: row.done_by,
    reason: row.reason,
    at: row.at,
    result: (fromJson(row.result) as { result: unknown }).result,
  }));
}
