// A queue row with what its source run left for the target to read.

import { dataflowId, queueId, relationId, runId } from '../../domain/ids';
import type { QueueCause, QueueRow } from '../../domain/model';

export interface QueueSqlRow {
  id: number | string;
  relation_id: number | string;
  source_dataflow_id: number | string;
  target_dataflow_id: number | string;
  source_run_id: string;
  partition_key: string | null;
  ready_at: Date;
  dataflow_key: string;
  zone: string;
  model_name: string;
  model_key: string;
  model_sec_key: string;
  batch_run_id: string | null;
  record_count: number | null;
  cause: QueueCause;
  rerun_of: string | null;
  one_by_one?: 0 | 1;
}

export const QUEUE_COLUMNS = `
  q.id, q.relation_id, q.source_dataflow_id, q.target_dataflow_id, q.source_run_id, q.partition_key, q.ready_at,
  d.dataflow_key, d.zone, d.model_name, d.model_key, d.model_sec_key, r.batch_run_id,
  COALESCE(q.record_count, r.record_count) AS record_count, q.cause, q.rerun_of`;

/**
 * The source's dataflow and run, both found by their unique keys. In this order: a server that died right after the
 * registration takes the registered tables for empty, and would begin with all of them.
 */
export const QUEUE_JOINS = `
  STRAIGHT_JOIN dataflow d FORCE INDEX (PRIMARY) ON d.id = q.source_dataflow_id
  STRAIGHT_JOIN dataflow_run r FORCE INDEX (run_by_run_id) ON r.run_id = q.source_run_id`;

export function rowToQueueRow(row: QueueSqlRow): QueueRow {
  return {
    queueId: queueId(row.id),
    relationId: relationId(row.relation_id),
    targetDataflowId: dataflowId(row.target_dataflow_id),
    sourceDataflowId: dataflowId(row.source_dataflow_id),
    sourceDataflow: row.dataflow_key,
    sourceRunId: runId(row.source_run_id),
    zone: row.zone,
    modelName: row.model_name,
    modelKey: row.model_key,
    modelSecKey: row.model_sec_key,
    dataflowBatchRunId: row.batch_run_id,
    dataflowPartitionKey: row.partition_key,
    recordCount: row.record_count,
    readyAt: row.ready_at,
    cause: row.cause,
    rerunOf: row.rerun_of === null ? null : runId(row.rerun_of),
    oneByOne: row.one_by_one === 1,
  };
}
