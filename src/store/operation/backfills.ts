// Backfills as they are kept among the operations: one row when it begins (`ID`), one when it has ended (`ID:end`).

import type { BackfillProgress, BackfillRequest } from '../../domain/backfill';
import type { Queryable } from '../database';
import { fromJson } from '../json-column';

export interface BackfillRow {
  readonly backfillId: string;
  /** The dataflow's key. */
  readonly dataflow: string;
  readonly by: string;
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly request: BackfillRequest;
  readonly end: { readonly at: Date; readonly progress: BackfillProgress } | null;
}

interface Row {
  operation_id: string;
  subject: string;
  done_by: string;
  reason: string | null;
  at: Date;
  result: string;
}

export const endOf = (backfillId: string): string => `${backfillId}:end`;

/** Newest first; of one dataflow, or one backfill, where it is named. */
export async function findBackfills(
  db: Queryable,
  filter: { readonly backfillId: string } | { readonly dataflow?: string | undefined; readonly limit: number },
): Promise<BackfillRow[]> {
  const [condition, values, limit] =
    'backfillId' in filter
      ? ['AND operation_id = ?', [filter.backfillId], 1]
      : filter.dataflow === undefined
        ? ['', [], filter.limit]
        : ['AND subject = ?', [filter.dataflow], filter.limit];
  const rows = await db.select<Row>(
    `SELECT operation_id, subject, done_by, reason, at, result
     FROM operation
     WHERE kind = 'backfill' ${condition}
     ORDER BY id DESC
     LIMIT ?`, // operation_by_operation_id, operation_by_subject, PRIMARY
    [...values, limit],
  );
  const ends = await endsOf(
    db,
    rows.map((row) => row.operation_id),
  );
  return rows.map((row) => ({
    backfillId: row.operation_id,
    dataflow: row.subject,
    by: row.done_by,
    reason: row.reason,
    startedAt: row.at,
    request: (resultOf(row.result) as { request: BackfillRequest }).request,
    end: ends.get(endOf(row.operation_id)) ?? null,
  }));
}

async function endsOf(db: Queryable, ids: readonly string[]): Promise<Map<string, NonNullable<BackfillRow['end']>>> {
  if (ids.length === 0) return new Map();
  const rows = await db.select<Pick<Row, 'operation_id' | 'at' | 'result'>>(
    'SELECT operation_id, at, result FROM operation WHERE operation_id IN (?)', // operation_by_operation_id
    [ids.map(endOf)],
  );
  return new Map(
    rows.map(({ operation_id: id, at, result }) => [
      id,
      { at, progress: (resultOf(result) as { progress: BackfillProgress }).progress },
    ]),
  );
}

const resultOf = (text: string): unknown => (fromJson(text) as { result: unknown }).result;
