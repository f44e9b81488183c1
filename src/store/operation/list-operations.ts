// What people did, newest first.

import type { OperationKind } from '../../domain/operation';
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

export interface OperationFilter {
  /** A key, `source → target`, `zone rz`, a runId, or the name of a file that was applied. */
  readonly subject?: string | undefined;
  /** Default: 100. */
  readonly limit?: number | undefined;
  /** False: without what follows from an operation, which nobody asked for by itself. Default: true. */
  readonly internal?: boolean | undefined;
}

const INTERNAL: readonly OperationKind[] = ['wakeDataflows', 'releaseWithheld'];

export async function listOperations(
  db: Queryable,
  { subject, limit = 100, internal = true }: OperationFilter = {},
): Promise<OperationRecord[]> {
  const conditions = [
    ...(subject === undefined ? [] : ['subject = ?']),
    ...(internal ? [] : [`kind NOT IN ('${INTERNAL.join("', '")}')`]),
  ];
  const rows = await db.select<Row>(
    `SELECT operation_id, kind, subject, done_by, reason, at, result
     FROM operation
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
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
