// A relation with the keys of its two ends.

import { dataflowId, relationId } from '../../domain/ids';
import type { Relation } from '../../domain/model';
import type { PartitionMapping } from '../../domain/partition';

export interface RelationRow {
  id: number | string;
  source_dataflow_id: number | string;
  source_key: string;
  target_dataflow_id: number | string;
  target_key: string;
  partition_mapping: PartitionMapping;
  created_at: Date;
  suspended_at: Date | null;
  suspended_by: string | null;
  suspend_reason: string | null;
  suspended_backlog: 'keep' | 'skip' | null;
  terminated_at: Date | null;
  terminated_by: string | null;
  terminate_reason: string | null;
}

export const RELATION_SELECT = `
  SELECT l.id, l.source_dataflow_id, s.dataflow_key AS source_key, l.target_dataflow_id, t.dataflow_key AS target_key,
         l.partition_mapping, l.created_at, l.suspended_at, l.suspended_by, l.suspend_reason, l.suspended_backlog,
         l.terminated_at, l.terminated_by, l.terminate_reason
  FROM dataflow_relation l
  JOIN dataflow s ON s.id = l.source_dataflow_id
  JOIN dataflow t ON t.id = l.target_dataflow_id`;

export function rowToRelation(row: RelationRow): Relation {
  return {
    id: relationId(row.id),
    sourceDataflowId: dataflowId(row.source_dataflow_id),
    sourceKey: row.source_key,
    targetDataflowId: dataflowId(row.target_dataflow_id),
    targetKey: row.target_key,
    partition: row.partition_mapping,
    createdAt: row.created_at,
    suspendedAt: row.suspended_at,
    suspendedBacklog: row.suspended_backlog,
    suspendedBy: row.suspended_by,
    suspendReason: row.suspend_reason,
    terminatedAt: row.terminated_at,
    terminatedBy: row.terminated_by,
    terminateReason: row.terminate_reason,
  };
}
