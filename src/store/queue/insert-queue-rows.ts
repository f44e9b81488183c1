// A finished source run queues itself for each of its relations, in the transaction that ends it.

import type { DataflowId, RelationId, RunId } from '../../domain/ids';
import type { Queryable } from '../database';

export interface NewQueueRow {
  readonly relationId: RelationId;
  readonly targetDataflowId: DataflowId;
  readonly targetSlot: string;
}

export interface QueueSource {
  readonly runId: RunId;
  readonly dataflowId: DataflowId;
  readonly partitionKey: string | null;
}

export async function insertQueueRows(tx: Queryable, source: QueueSource, rows: readonly NewQueueRow[]): Promise<void> {
  if (rows.length === 0) return;
  // ready_at is one instant for all of them.
  await tx.write(
    `INSERT INTO dataflow_queue
       (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, partition_key, attempt, cause, ready_at)
     VALUES ${rows.map(() => `(?, ?, ?, ?, ?, ?, 0, 'finish', UTC_TIMESTAMP(6))`).join(', ')}`,
    rows.flatMap((row) => [
      row.relationId,
      source.dataflowId,
      row.targetDataflowId,
      source.runId,
      row.targetSlot,
      source.partitionKey,
    ]),
  );
}
