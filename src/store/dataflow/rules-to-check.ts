// Nested rules of dataflows that are enabled.

import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { RuleNode } from '../../domain/rule';
import type { Queryable } from '../database';
import { fromJson } from '../json-column';

export interface RuleToCheck {
  readonly id: DataflowId;
  readonly key: string;
  readonly rule: RuleNode;
}

/** In the order of their keys, without what was changed within `minAgeMs`. For people who wait: it reads all dataflows. */
export async function rulesToCheck(db: Queryable, minAgeMs: number): Promise<RuleToCheck[]> {
  const rows = await db.select<{ id: number | string; dataflow_key: string; trigger_rule: string }>(
    `SELECT id, dataflow_key, trigger_rule
     FROM dataflow
     WHERE status = 'enabled'
       AND trigger_when = 'rule'
       AND trigger_rule IS NOT NULL
       AND updated_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND
     ORDER BY dataflow_key`,
    [minAgeMs * 1000],
  );
  return rows.map((row) => ({
    id: dataflowId(row.id),
    key: row.dataflow_key,
    rule: fromJson(row.trigger_rule) as RuleNode,
  }));
}
