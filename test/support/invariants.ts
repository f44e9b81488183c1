// What must hold in MySQL whatever happened, as SQL: over the views where a view can say it, else over the tables.
// The tests and the chaos bench check the same list.

import type { Database } from '../../src';

export interface Invariant {
  readonly says: string;
  /** Selects each row that breaks it. */
  readonly violations: string;
  /** Counts the rows that it is about, as `checked`. */
  readonly checked: string;
}

/** Every violation found, in words; empty is good. Call it when all is quiet. */
export async function violations(
  db: Pick<Database, 'select'>,
  invariants: readonly Invariant[] = INVARIANTS,
): Promise<string[]> {
  const found: string[] = [];
  for (const { says, violations: sql } of invariants) {
    const rows = await db.select<Record<string, unknown>>(sql);
    found.push(...rows.map((row) => `not so: ${says}: ${JSON.stringify(row)}`));
  }
  return found;
}

const count = (from: string): string => `SELECT COUNT(*) AS checked FROM ${from}`;

/** The queue, as the views show it: rows of a first finish, claimed or ready; and those that are withheld, which no view shows. */
const QUEUE = `(
  SELECT source_run_id, target_dataflow_id FROM lineage_edge WHERE cause = 'finish'
  UNION ALL
  SELECT e.source_run_id, e.target_dataflow_id
  FROM lineage_ready e
  JOIN dataflow_queue q ON q.id = e.queue_id AND q.cause = 'finish'
  UNION ALL
  SELECT source_run_id, target_dataflow_id
  FROM dataflow_queue
  WHERE cause = 'finish' AND target_run_id IS NULL AND withheld_by IS NOT NULL
)`;

/** Of runs that wrote one partition: each of several has a row of its own. */
const FINISHED = `(SELECT * FROM dataflow_run WHERE partitions IS NULL) r
     JOIN dataflow_relation l ON l.source_dataflow_id = r.dataflow_id AND l.created_at < r.ended_at AND r.state = 'success'
       AND (l.terminated_at IS NULL OR l.terminated_at > r.ended_at)`;

/**
 * Sources that a slot of an auto target has ready, where nothing holds it up; the view doesn't know slots. What a failed run gave
 * back starts nothing by itself.
 */
const READY_SLOTS = `(
  SELECT DISTINCT d.id, d.dataflow_key, d.trigger_when, q.target_slot AS slot, s.dataflow_key AS source
  FROM lineage_ready e
  JOIN dataflow_queue q ON q.id = e.queue_id
  JOIN dataflow s ON s.id = e.source_dataflow_id
  JOIN dataflow d ON d.id = e.target_dataflow_id
  LEFT JOIN zone_pause z ON z.zone = d.zone
  LEFT JOIN dataflow_run w ON w.dataflow_id = d.id AND w.open_slot = q.target_slot AND w.waiting_for IN ('quiet', 'place')
  WHERE d.trigger_mode = 'auto' AND d.status = 'enabled' AND d.paused_at IS NULL AND z.zone IS NULL
    AND w.id IS NULL AND q.cause <> 'release'
)`;

const autoSlots = (when: string): string =>
  `(SELECT DISTINCT q.target_dataflow_id, q.target_slot
    FROM dataflow_queue q JOIN dataflow d ON d.id = q.target_dataflow_id
    WHERE d.trigger_mode = 'auto' AND d.trigger_when = '${when}') slots`;

export const INVARIANTS: readonly Invariant[] = [
  {
    says: 'a success run has exactly one queue row for each of its active relations, claimed or ready (views)',
    violations: `SELECT r.run_id, l.id AS relation_id, COUNT(q.source_run_id) AS queue_rows
     FROM ${FINISHED}
     LEFT JOIN ${QUEUE} q ON q.source_run_id = r.run_id AND q.target_dataflow_id = l.target_dataflow_id
     WHERE l.suspended_at IS NULL AND l.terminated_at IS NULL
     GROUP BY r.run_id, l.id
     HAVING COUNT(q.source_run_id) <> 1`,
    checked: count(`${FINISHED} WHERE l.suspended_at IS NULL AND l.terminated_at IS NULL`),
  },
  {
    says: 'a success run has exactly one queue row for each relation that was there when it finished',
    violations: `SELECT r.run_id, l.id AS relation_id, COUNT(q.id) AS queue_rows
     FROM ${FINISHED}
     LEFT JOIN dataflow_queue q ON q.source_run_id = r.run_id AND q.relation_id = l.id AND q.cause = 'finish'
     GROUP BY r.run_id, l.id
     HAVING COUNT(q.id) <> 1`,
    checked: count(FINISHED),
  },
  {
    says: 'a queue row is of a run that succeeded',
    violations: `SELECT q.id FROM dataflow_queue q JOIN dataflow_run r ON r.run_id = q.source_run_id WHERE r.state <> 'success'`,
    checked: count('dataflow_queue'),
  },
  {
    // A row names one claimer; one that was claimed twice is missing among those that its first claimer counted.
    says: 'a queue row is claimed once: a run has just the edges that it claimed as it started',
    violations: `SELECT v.run_id, v.claimed, COUNT(e.source_run_id) AS edges
     FROM (
       SELECT run_id, CAST(JSON_VALUE(detail, '$.sourceCount') AS SIGNED) AS claimed
       FROM run_event
       WHERE event = 'started'
     ) v
     LEFT JOIN lineage_edge e ON e.target_run_id = v.run_id
     GROUP BY v.run_id, v.claimed
     HAVING COUNT(e.source_run_id) <> v.claimed`,
    checked: count('lineage_edge'),
  },
  {
    says: 'a run claims a source run once for each relation and part',
    violations: `SELECT target_run_id, source_run_id, COUNT(*) AS times
     FROM dataflow_queue
     WHERE target_run_id IS NOT NULL
     GROUP BY target_run_id, source_run_id, relation_id, target_slot, part
     HAVING COUNT(*) > 1`,
    checked: count('lineage_edge'),
  },
  {
    says: 'a run starts once, and ends once',
    violations: `SELECT run_id, event = 'started' AS start, COUNT(*) AS times
     FROM run_event
     WHERE event IN ('started', 'success', 'error', 'cancelled', 'orphaned', 'expired')
       AND run_id NOT IN (SELECT run_id FROM run_event WHERE event = 'accept')
     GROUP BY run_id, event = 'started'
     HAVING COUNT(*) > 1`,
    checked: count('lineage_run'),
  },
  {
    says: 'a claim is by a run that was started',
    violations: `SELECT e.source_run_id, e.target_run_id
     FROM lineage_edge e
     LEFT JOIN lineage_run r ON r.run_id = e.target_run_id
     WHERE r.run_id IS NULL OR r.started_at IS NULL`,
    checked: count('lineage_edge'),
  },
  {
    says: 'an auto slot that is ready was run (rule any)',
    violations: `SELECT dataflow_key, slot, COUNT(*) AS ready
     FROM ${READY_SLOTS} ready
     WHERE trigger_when = 'any'
     GROUP BY dataflow_key, slot`,
    checked: count(autoSlots('any')),
  },
  {
    says: 'an auto slot that is ready was run (rule all)',
    violations: `SELECT ready.dataflow_key, ready.slot, COUNT(*) AS ready
     FROM ${READY_SLOTS} ready
     WHERE ready.trigger_when = 'all'
     GROUP BY ready.id, ready.dataflow_key, ready.slot
     HAVING COUNT(*) >= (
       SELECT COUNT(*)
       FROM dataflow_relation l
       WHERE l.target_dataflow_id = ready.id AND l.open_pair = 1 AND l.suspended_at IS NULL)`,
    checked: count(autoSlots('all')),
  },
  {
    says: 'an auto slot that is ready was run (rule atLeast, of sources)',
    violations: `SELECT ready.dataflow_key, ready.slot, COUNT(*) AS ready
     FROM ${READY_SLOTS} ready
     JOIN dataflow d ON d.id = ready.id
     WHERE ready.trigger_when = 'rule'
       AND JSON_CONTAINS(JSON_EXTRACT(d.trigger_rule, '$.of[*].source'), JSON_QUOTE(ready.source))
     GROUP BY ready.id, ready.dataflow_key, ready.slot
     HAVING COUNT(*) >= MAX(CAST(JSON_VALUE(d.trigger_rule, '$.atLeast') AS SIGNED))`,
    checked: count(autoSlots('rule')),
  },
  {
    says: 'a slot has one open run at most',
    violations: `SELECT dataflow_id, slot FROM dataflow_run WHERE open_slot IS NOT NULL GROUP BY dataflow_id, slot HAVING COUNT(*) > 1`,
    checked: count('dataflow_run WHERE open_slot IS NOT NULL'),
  },
  {
    says: 'a run that has ended holds no slot',
    violations: `SELECT run_id FROM dataflow_run WHERE open_slot IS NOT NULL AND state NOT IN ('waiting', 'started')`,
    checked: count(`dataflow_run WHERE state NOT IN ('waiting', 'started')`),
  },
];
