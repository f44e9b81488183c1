// Whom a finished source run feeds, and who holds those slots now. Read after the finish has committed (rule 2).

import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { TriggerMode } from '../../domain/model';
import type { WaitKind } from '../../domain/start';
import { policyFrom } from '../dataflow/row';
import type { Queryable } from '../database';

export interface TargetSlot {
  readonly dataflowId: DataflowId;
  readonly key: string;
  readonly slot: string;
  readonly triggerMode: TriggerMode;
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
  readonly description: string | null;
  /** The open run that holds the slot. */
  readonly owner: {
    readonly state: 'waiting' | 'started';
    readonly waitingFor: WaitKind | null;
    readonly workflowId: string;
  } | null;
  readonly maxSources: number | null;
}

export interface TargetSlotRow {
  id: number | string;
  dataflow_key: string;
  target_slot: string;
  trigger_mode: TriggerMode;
  workflow_type: string | null;
  task_queue: string | null;
  description: string | null;
  owner_state: 'waiting' | 'started' | null;
  owner_workflow_id: string | null;
  owner_waiting_for: WaitKind | null;
  start_policy: string | null;
}

/** `d` is the target, `r` its open run. */
export const TARGET_SLOT_COLUMNS = `
  d.id, d.dataflow_key, d.trigger_mode, d.workflow_type, d.task_queue, d.description, d.start_policy,
  r.state AS owner_state, r.workflow_id AS owner_workflow_id, r.waiting_for AS owner_waiting_for`;

/** Slots with a row of this source run that is still unclaimed. */
export async function targetSlots(db: Queryable, sourceRunId: string): Promise<TargetSlot[]> {
  const rows = await db.select<TargetSlotRow>(
    `SELECT DISTINCT ${TARGET_SLOT_COLUMNS}, q.target_slot
     FROM dataflow_queue q
     STRAIGHT_JOIN dataflow_relation l FORCE INDEX (PRIMARY) ON l.id = q.relation_id
     STRAIGHT_JOIN dataflow d FORCE INDEX (PRIMARY) ON d.id = q.target_dataflow_id
     LEFT JOIN zone_pause z ON z.zone = d.zone
     LEFT JOIN dataflow_run r ON r.dataflow_id = q.target_dataflow_id AND r.open_slot = q.target_slot
     WHERE q.source_run_id = ?
       AND q.target_run_id IS NULL
       AND q.withheld_by IS NULL
       AND l.suspended_at IS NULL
       AND l.terminated_at IS NULL
       AND d.status = 'enabled'
       AND d.paused_at IS NULL
       AND z.zone IS NULL`, // queue_by_source, run_by_open_slot
    [sourceRunId],
  );
  return rows.map(rowToTargetSlot);
}

export function rowToTargetSlot(row: TargetSlotRow): TargetSlot {
  return {
    dataflowId: dataflowId(row.id),
    key: row.dataflow_key,
    slot: row.target_slot,
    triggerMode: row.trigger_mode,
    workflowType: row.workflow_type,
    taskQueue: row.task_queue,
    description: row.description,
    owner:
      row.owner_state !== null && row.owner_workflow_id !== null
        ? { state: row.owner_state, waitingFor: row.owner_waiting_for, workflowId: row.owner_workflow_id }
        : null,
    maxSources: policyFrom(row.start_policy).maxSources,
  };
}
