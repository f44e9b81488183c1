// `operation`: what people did, with who and why. Written in the transaction that does it.

import type { OperationDone, OperationKind } from '../../domain/operation';
import type { Queryable } from '../database';
import { fromJson, toJson } from '../json-column';

/** An operation that was done before. */
export interface KeptOperation {
  readonly kind: string;
  readonly subject: string;
  /** What was asked for; null where an earlier version kept it, and of what isn't asked for by a requestId. */
  readonly request: unknown;
  readonly done: OperationDone;
}

export async function findOperation(db: Queryable, operationId: string): Promise<KeptOperation | undefined> {
  const [row] = await db.select<{ kind: string; subject: string; result: string }>(
    'SELECT kind, subject, result FROM operation WHERE operation_id = ?', // operation_by_operation_id
    [operationId],
  );
  if (!row) return undefined;
  const { request = null, ...done } = fromJson(row.result) as OperationDone & { readonly request?: unknown };
  return { kind: row.kind, subject: row.subject, request, done };
}

export interface NewOperation {
  readonly operationId: string;
  readonly kind: OperationKind | 'createRelation' | 'apply' | 'updateDataflow' | 'backfill' | 'backfillEnd';
  /** What it is about, for people. */
  readonly subject: string;
  readonly by: string;
  readonly reason: string | null;
  /** What was asked for, where it may be asked for again. */
  readonly request?: unknown;
}

export async function insertOperation(tx: Queryable, operation: NewOperation, done: OperationDone): Promise<void> {
  const { operationId, kind, subject, by, reason, request } = operation;
  await tx.write(
    `INSERT INTO operation (operation_id, kind, subject, done_by, reason, at, result)
     VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6), ?)`,
    [operationId, kind, subject.slice(0, 1000), by, reason, toJson({ ...done, request })],
  );
}
