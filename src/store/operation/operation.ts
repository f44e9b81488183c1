// `operation`: what people did, with who and why. Written in the transaction that does it.

import type { OperationDone, OperationKind } from '../../domain/operation';
import type { Queryable } from '../database';
import { fromJson, toJson } from '../json-column';

/** What an operation did, if it was done before. */
export async function findOperation(db: Queryable, operationId: string): Promise<OperationDone | undefined> {
  const [row] = await db.select<{ result: string }>(
    'SELECT result FROM operation WHERE operation_id = ?', // operation_by_operation_id
    [operationId],
  );
  return row && (fromJson(row.result) as OperationDone);
}

export interface NewOperation {
  readonly operationId: string;
  readonly kind: OperationKind | 'apply' | 'updateDataflow' | 'backfill' | 'backfillEnd';
  /** What it is about, for people. */
  readonly subject: string;
  readonly by: string;
  readonly reason: string | null;
}

export async function insertOperation(tx: Queryable, operation: NewOperation, done: OperationDone): Promise<void> {
  const { operationId, kind, subject, by, reason } = operation;
  await tx.write(
    `INSERT INTO operation (operation_id, kind, subject, done_by, reason, at, result)
     VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6), ?)`,
    [operationId, kind, subject.slice(0, 1000), by, reason, toJson(done)],
  );
}
