// What must hold in MySQL whatever happened, as SQL over the views.

import type { Database } from '../../src';

/** Every violation found, in words; empty is good. Call it when all is quiet. */
export async function violations(db: Database): Promise<string[]> {
  const found: string[] = [];
  for (const [what, sql] of CHECKS) {
    const rows = await db.select<Record<string, unknown>>(sql);
    found.push(...rows.map((row) => `${what}: ${JSON.stringify(row)}`));
  }
  return found;
}

const CHECKS: readonly (readonly [string, string])[] = [
  [
    'a success run without exactly one queue row for a relation that was there when it finished',
    `SELECT r.run_id, l.id AS relation_id, COUNT(q.id) AS queue_rows
     FROM dataflow_run r
     JOIN dataflow_relation l ON l.source_dataflow_id = r.dataflow_id AND l.created_at < r.ended_at
     LEFT JOIN dataflow_queue q ON q.source_run_id = r.run_id AND q.relation_id = l.id AND q.cause = 'finish'
     WHERE r.state = 'success'
     GROUP BY r.run_id, l.id
     HAVING COUNT(q.id) <> 1`,
  ],
  [
    'a queue row of a run that did not succeed',
    `SELECT q.id FROM dataflow_queue q JOIN dataflow_run r ON r.run_id = q.source_run_id WHERE r.state <> 'success'`,
  ],
  [
    'a claim by a run that was never started',
    `SELECT q.id, q.target_run_id
     FROM dataflow_queue q
     LEFT JOIN dataflow_run r ON r.run_id = q.target_run_id
     WHERE q.target_run_id IS NOT NULL AND (r.run_id IS NULL OR r.started_at IS NULL)`,
  ],
  [
    'an auto slot that is ready, but was not run (rule any)',
    `SELECT e.target_dataflow_id, COUNT(*) AS ready
     FROM lineage_ready e
     JOIN dataflow d ON d.id = e.target_dataflow_id
     WHERE d.trigger_mode = 'auto' AND d.trigger_when = 'any'
     GROUP BY e.target_dataflow_id`,
  ],
  [
    'an auto slot that is ready, but was not run (rule all)',
    `SELECT d.id, d.dataflow_key
     FROM dataflow d
     WHERE d.trigger_mode = 'auto' AND d.trigger_when = 'all'
       AND EXISTS (SELECT 1 FROM lineage_ready e WHERE e.target_dataflow_id = d.id)
       AND NOT EXISTS (
         SELECT 1 FROM dataflow_relation l
         WHERE l.target_dataflow_id = d.id AND l.open_pair = 1 AND l.suspended_at IS NULL
           AND NOT EXISTS (
             SELECT 1 FROM lineage_ready e
             WHERE e.target_dataflow_id = d.id AND e.source_dataflow_id = l.source_dataflow_id))
       AND d.partitioned = 0`,
  ],
  [
    'two open runs in one slot',
    `SELECT dataflow_id, slot FROM dataflow_run WHERE open_slot IS NOT NULL GROUP BY dataflow_id, slot HAVING COUNT(*) > 1`,
  ],
  [
    'an ended run that holds its slot',
    `SELECT run_id FROM dataflow_run WHERE open_slot IS NOT NULL AND state NOT IN ('waiting', 'started')`,
  ],
];
