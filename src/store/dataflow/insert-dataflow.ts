// Registers a dataflow.

import { AlreadyExistsError } from '../../domain/errors';
import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import { formatKey } from '../../domain/key';
import type { DataflowKey } from '../../domain/key';
import type { DataflowOptions } from '../../domain/registration';
import { compactPolicy } from '../../domain/start';
import type { Queryable } from '../database';
import { toJson } from '../json-column';
import { isDuplicate } from '../mysql-errors';
import { findDataflow } from './find-dataflow';

/** Returns the id. @throws AlreadyExistsError for a key that is registered, unless `ifExists` is `get`. */
export async function insertDataflow(db: Queryable, key: DataflowKey, options: DataflowOptions): Promise<DataflowId> {
  const formatted = formatKey(key);
  const { mode, when, ...policy } = options.trigger;
  try {
    const { insertId } = await db.write(
      `INSERT INTO dataflow
         (dataflow_key, zone, model_name, model_key, model_sec_key, status, display_name, description, config,
          trigger_mode, trigger_when, trigger_rule, job, partitioned, workflow_type, task_queue, start_policy, max_concurrent_runs,
          slot_order, on_error, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, 'enabled', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
      [
        formatted,
        key.zone,
        key.modelName,
        key.modelKey,
        key.modelSecKey,
        options.displayName,
        options.description,
        toJson(options.config),
        mode,
        typeof when === 'string' ? when : 'rule',
        typeof when === 'string' ? null : toJson(when),
        toJson(options.job),
        options.partitioned,
        options.workflowType,
        options.taskQueue,
        toJson(compactPolicy(policy)),
        options.maxConcurrentRuns,
        options.slotOrder,
        options.onError,
      ],
    );
    return dataflowId(insertId);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const { id } = await findDataflow(db, { key: formatted });
    if (options.ifExists === 'get') return id;
    throw new AlreadyExistsError(
      `The dataflow ${formatted} is registered already, with id ${id}. Use that id, or pass ifExists: 'get' to get it.`,
      { dataflow: formatted, dataflowId: id },
      { cause: error },
    );
  }
}
