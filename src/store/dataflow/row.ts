// The `dataflow` table's row, and what it means.

import type { Job } from '../../domain/job';
import { dataflowId } from '../../domain/ids';
import type { Dataflow, DataflowStatus, Trigger } from '../../domain/model';
import type { RuleNode } from '../../domain/rule';
import { fromJson, objectOrNull } from '../json-column';

export interface DataflowRow {
  id: number | string;
  dataflow_key: string;
  zone: string;
  model_name: string;
  model_key: string;
  model_sec_key: string;
  status: DataflowStatus;
  display_name: string | null;
  description: string | null;
  config: string | null;
  trigger_mode: Trigger['mode'];
  trigger_when: 'all' | 'any' | 'rule';
  trigger_rule: string | null;
  job: string;
  partitioned: 0 | 1;
  workflow_type: string | null;
  task_queue: string | null;
  created_at: Date;
}

function whenOf({ trigger_when: when, trigger_rule: rule }: DataflowRow): Trigger['when'] {
  return when === 'rule' ? (fromJson(rule ?? '{}') as RuleNode) : when;
}

export function rowToDataflow(row: DataflowRow): Dataflow {
  return {
    id: dataflowId(row.id),
    key: row.dataflow_key,
    zone: row.zone,
    modelName: row.model_name,
    modelKey: row.model_key,
    modelSecKey: row.model_sec_key,
    status: row.status,
    displayName: row.display_name,
    description: row.description,
    config: objectOrNull(row.config),
    trigger: { mode: row.trigger_mode, when: whenOf(row) },
    job: fromJson(row.job) as Job,
    partitioned: row.partitioned === 1,
    workflowType: row.workflow_type,
    taskQueue: row.task_queue,
    createdAt: row.created_at,
  };
}
