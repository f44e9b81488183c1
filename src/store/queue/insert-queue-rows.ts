// A finished source run queues itself for each of its relations, in the transaction that ends it.

import type { DataflowId, RelationId, RunId } from '../../domain/ids';
import type { Queryable } from '../database';

export interface NewQueueRow {
  readonly relationId: RelationId;
  readonly targetDataflowId: DataflowId;
  readonly targetSlot: string;
  readonly partitionKey: string | null;
  /** Which of several partitions that the run wrote: 0, 1, … */
  readonly part: number;
  /** Rows of that partition; null: the run's own count. */
  readonly recordCount: number | null;
  /** Who keeps it from being claimed. */
  readonly withheldBy: string | null;
}

export interface QueueSource {
  readonly runId: RunId;
  readonly dataflowId: DataflowId;
}

/** Rows of one statement: its text stays far below any server's limit. */
const CHUNK = 2_000;

export async function insertQueueRows(tx: Queryable, source: QueueSource, rows: readonly NewQueueRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    await tx.write(
      `INSERT INTO dataflow_queue
         (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot, partition_key, part,
          record_count, withheld_by, attempt, cause, ready_at)
       VALUES ${chunk.map(() => `(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'finish', UTC_TIMESTAMP(6))`).join(', ')}`,
      chunk.flatMap((row) => [
        row.relationId,
        source.dataflowId,
        row.targetDataflowId,
        source.runId,
        row.targetSlot,
        row.partitionKey,
        row.part,
        row.recordCount,
        row.withheldBy,
      ]),
    );
  }
}
