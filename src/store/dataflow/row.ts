// The `dataflow` table's row, and what it means.

import type { Job } from '../../domain/job';
import { dataflowId } from '../../domain/ids';
import type { Dataflow, DataflowStatus, OnError, SlotOrder, Trigger } from '../../domain/model';
import type { RuleNode } from '../../domain/rule';
import { NO_POLICY, pickPolicy } from '../../domain/start';
import type { Pause, StartPolicy } from '../../domain/start';
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
  start_policy: string | null;
  max_concurrent_runs: number | null;
  slot_order: SlotOrder;
  on_error: OnError;
  paused_at: Date | null;
  paused_by: string | null;
  pause_reason: string | null;
  zone_paused_at: Date | null;
  zone_paused_by: string | null;
  zone_pause_reason: string | null;
  created_at: Date;
}

/** With the pause of its zone, if there is one. */
export const DATAFLOW_SELECT = `
  SELECT d.*, z.paused_at AS zone_paused_at, z.paused_by AS zone_paused_by, z.pause_reason AS zone_pause_reason
  FROM dataflow d
  LEFT JOIN zone_pause z ON z.zone = d.zone`;

/** What is kept of a policy is what was set; an earlier version kept the trigger's other fields with a run's. */
export const policyFrom = (text: string | null): StartPolicy =>
  text === null ? NO_POLICY : pickPolicy(fromJson(text) as Partial<StartPolicy>);

function pauseOf(row: DataflowRow): Pause | null {
  if (row.paused_at) {
    const { paused_at: since, paused_by: by, pause_reason: reason } = row;
    return { scope: 'dataflow', name: row.dataflow_key, since, by: by ?? '', reason };
  }
  if (!row.zone_paused_at) return null;
  const { zone: name, zone_paused_at: since, zone_paused_by: by, zone_pause_reason: reason } = row;
  return { scope: 'zone', name, since, by: by ?? '', reason };
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
    trigger: { mode: row.trigger_mode, when: whenOf(row), ...policyFrom(row.start_policy) },
    job: fromJson(row.job) as Job,
    partitioned: row.partitioned === 1,
    workflowType: row.workflow_type,
    taskQueue: row.task_queue,
    maxConcurrentRuns: row.max_concurrent_runs,
    slotOrder: row.slot_order,
    onError: row.on_error,
    pause: pauseOf(row),
    createdAt: row.created_at,
  };
}
