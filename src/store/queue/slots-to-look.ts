// The slots of dataflows that have something to look at after a change that no source run told of: waiting runs, and `auto`
// slots with something ready and no open run.

import type { DataflowId } from '../../domain/ids';
import type { Queryable } from '../database';
import { rowToTargetSlot, TARGET_SLOT_COLUMNS } from './target-slots';
import type { TargetSlot, TargetSlotRow } from './target-slots';

export async function slotsToLook(db: Queryable, dataflows: readonly DataflowId[]): Promise<TargetSlot[]> {
  if (dataflows.length === 0) return [];
  const waiting = await db.select<TargetSlotRow>(
    `SELECT ${TARGET_SLOT_COLUMNS}, r.slot AS target_slot
     FROM dataflow_run r
     JOIN dataflow d ON d.id = r.dataflow_id
     WHERE r.dataflow_id IN (?)
       AND r.state = 'waiting'`, // run_by_dataflow_state
    [[...dataflows]],
  );
  const idle = await db.select<TargetSlotRow>(
    `SELECT DISTINCT ${TARGET_SLOT_COLUMNS}, q.target_slot
     FROM dataflow_queue q
     JOIN dataflow_relation l ON l.id = q.relation_id
     JOIN dataflow d ON d.id = q.target_dataflow_id
     LEFT JOIN zone_pause z ON z.zone = d.zone
     LEFT JOIN dataflow_run r ON r.dataflow_id = q.target_dataflow_id AND r.open_slot = q.target_slot
     WHERE q.target_dataflow_id IN (?)
       AND q.target_run_id IS NULL
       AND q.withheld_by IS NULL
       AND l.suspended_at IS NULL
       AND l.terminated_at IS NULL
       AND d.trigger_mode = 'auto'
       AND d.status = 'enabled'
       AND d.paused_at IS NULL
       AND z.zone IS NULL
       AND r.id IS NULL`, // queue_ready, run_by_open_slot
    [[...dataflows]],
  );
  return [...waiting, ...idle].map(rowToTargetSlot);
}
