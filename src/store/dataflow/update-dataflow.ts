// Changes what is registered of a dataflow; its key and `partitioned` stay.

import type { DataflowId } from '../../domain/ids';
import type { RegisteredOptions } from '../../domain/registration';
import { compactPolicy } from '../../domain/start';
import type { Queryable } from '../database';
import { toJson } from '../json-column';

export async function updateDataflow(tx: Queryable, id: DataflowId, options: RegisteredOptions): Promise<void> {
  const { mode, when, ...policy } = options.trigger;
  await tx.write(
    `UPDATE dataflow
     SET display_name = ?, description = ?, config = ?, trigger_mode = ?, trigger_when = ?, trigger_rule = ?, job = ?,
         workflow_type = ?, task_queue = ?, start_policy = ?, max_concurrent_runs = ?, slot_order = ?, on_error = ?,
         updated_at = UTC_TIMESTAMP(6)
     WHERE id = ?`, // PRIMARY
    [
      options.displayName,
      options.description,
      toJson(options.config),
      mode,
      typeof when === 'string' ? when : 'rule',
      typeof when === 'string' ? null : toJson(when),
      toJson(options.job),
      options.workflowType,
      options.taskQueue,
      toJson(compactPolicy(policy)),
      options.maxConcurrentRuns,
      options.slotOrder,
      options.onError,
      id,
    ],
  );
}
