// What must hold at the end: the invariants that the tests check, what the producers were told, and Temporal's open executions.

import { INVARIANTS } from '../../test/support/invariants';
import type { Invariant } from '../../test/support/invariants';
import { askEach, missingExecution, openRuns, runningExecutions } from './executions';
import type { Ledger } from './ledger';
import type { ChaosStage } from './stage';

export interface Checked {
  readonly says: string;
  readonly checked: number;
  /** Each in words. */
  readonly violations: readonly string[];
}

/** Of this graph and of its producers; needs the ledger in its tables. */
const OURS: readonly Invariant[] = [
  {
    // The graph has no relation that feeds several slots: a run and a relation have one row.
    says: 'a queue row is claimed by one run at most that is not orphaned (views)',
    violations: `SELECT e.source_run_id, e.relation_id, COUNT(*) AS claims
     FROM lineage_edge e
     JOIN lineage_run r ON r.run_id = e.target_run_id
     WHERE r.state <> 'orphaned' AND e.cause = 'finish'
     GROUP BY e.source_run_id, e.relation_id
     HAVING COUNT(*) > 1`,
    checked: `SELECT COUNT(*) AS checked FROM lineage_edge WHERE cause = 'finish'`,
  },
  {
    says: 'a source run is consumed by one run at most that succeeded, retries and all',
    violations: `SELECT e.source_run_id, e.relation_id, COUNT(*) AS runs
     FROM lineage_edge e
     JOIN lineage_run r ON r.run_id = e.target_run_id
     WHERE r.state = 'success'
     GROUP BY e.source_run_id, e.relation_id
     HAVING COUNT(*) > 1`,
    checked: `SELECT COUNT(*) AS checked FROM lineage_edge`,
  },
  {
    says: 'a run is retried once at most',
    violations: `SELECT rerun_of, COUNT(*) AS retries FROM dataflow_run WHERE rerun_of IS NOT NULL GROUP BY rerun_of HAVING COUNT(*) > 1`,
    checked: 'SELECT COUNT(*) AS checked FROM dataflow_run WHERE rerun_of IS NOT NULL',
  },
  {
    says: 'a retry consumes just what the run that it repeats had consumed',
    violations: `SELECT r.run_id, 'lacks' AS what, had.source_run_id, had.relation_id
     FROM dataflow_run r
     JOIN lineage_edge had ON had.target_run_id = r.rerun_of
     LEFT JOIN lineage_edge has ON has.target_run_id = r.run_id
       AND has.source_run_id = had.source_run_id AND has.relation_id = had.relation_id
     WHERE has.source_run_id IS NULL
     UNION ALL
     SELECT r.run_id, 'has besides' AS what, has.source_run_id, has.relation_id
     FROM dataflow_run r
     JOIN lineage_edge has ON has.target_run_id = r.run_id
     LEFT JOIN lineage_edge had ON had.target_run_id = r.rerun_of
       AND had.source_run_id = has.source_run_id AND had.relation_id = has.relation_id
     WHERE r.rerun_of IS NOT NULL AND had.source_run_id IS NULL`,
    checked: `SELECT COUNT(*) AS checked FROM lineage_edge e JOIN dataflow_run r ON r.run_id = e.target_run_id AND r.rerun_of IS NOT NULL`,
  },
  {
    says: 'a start that was acknowledged exists exactly once, as acknowledged',
    violations: `SELECT s.request_id, s.run_id, COUNT(r.run_id) AS runs, MIN(r.run_id) AS found
     FROM chaos_start s
     LEFT JOIN dataflow_run r ON r.request_id = s.request_id
     LEFT JOIN dataflow d ON d.id = r.dataflow_id
     GROUP BY s.request_id, s.run_id, s.dataflow_key
     HAVING COUNT(r.run_id) <> 1 OR MIN(r.run_id) <> s.run_id OR MIN(d.dataflow_key) <> s.dataflow_key`,
    checked: 'SELECT COUNT(*) AS checked FROM chaos_start',
  },
  {
    says: 'a run that no trigger asked for is an acknowledged start',
    violations: `SELECT r.run_id, r.request_id
     FROM dataflow_run r
     LEFT JOIN chaos_start s ON s.request_id = r.request_id
     WHERE r.triggered = 0 AND s.request_id IS NULL`,
    checked: 'SELECT COUNT(*) AS checked FROM dataflow_run WHERE triggered = 0',
  },
  {
    says: 'an acknowledged start claimed just what it was told',
    violations: `SELECT s.run_id, s.sources, COUNT(e.source_run_id) AS edges
     FROM chaos_start s
     LEFT JOIN lineage_edge e ON e.target_run_id = s.run_id
     WHERE s.sources IS NOT NULL
     GROUP BY s.run_id, s.sources
     HAVING COUNT(e.source_run_id) <> s.sources`,
    checked: 'SELECT COUNT(*) AS checked FROM chaos_start WHERE sources IS NOT NULL',
  },
  {
    says: 'a start that was refused left no run',
    violations: `SELECT r.run_id, r.request_id FROM chaos_refused s JOIN dataflow_run r ON r.request_id = s.request_id`,
    checked: 'SELECT COUNT(*) AS checked FROM chaos_refused',
  },
  {
    says: 'a finish that was acknowledged is in MySQL as acknowledged',
    violations: `SELECT f.run_id, f.state, r.state AS found
     FROM chaos_finish f
     LEFT JOIN lineage_run r ON r.run_id = f.run_id
     WHERE r.run_id IS NULL OR r.state <> f.state OR r.record_count <> f.record_count OR r.batch_run_id <> f.batch
        OR r.record_count IS NULL OR r.batch_run_id IS NULL`,
    checked: 'SELECT COUNT(*) AS checked FROM chaos_finish',
  },
  {
    says: 'a job was given just the source runs that its run claimed',
    violations: `SELECT r.run_id, r.record_count AS given, COUNT(e.source_run_id) AS edges
     FROM lineage_run r
     LEFT JOIN lineage_edge e ON e.target_run_id = r.run_id
     WHERE r.batch_run_id = CONCAT('batch of ', r.run_id)
     GROUP BY r.run_id, r.record_count
     HAVING COUNT(e.source_run_id) <> r.record_count`,
    checked: `SELECT COUNT(*) AS checked FROM lineage_run WHERE batch_run_id = CONCAT('batch of ', run_id)`,
  },
  {
    says: 'a run is cancelled that was acknowledged to be, and no other',
    violations: `SELECT r.run_id, r.state FROM lineage_run r LEFT JOIN chaos_cancel c ON c.run_id = r.run_id
     WHERE (r.state = 'cancelled') <> (c.run_id IS NOT NULL)`,
    checked: 'SELECT COUNT(*) AS checked FROM chaos_cancel',
  },
  {
    says: 'no run is orphaned or expired: nobody terminated one',
    violations: `SELECT run_id, dataflow_key, workflow_id FROM lineage_run WHERE state IN ('orphaned', 'expired')`,
    checked: 'SELECT COUNT(*) AS checked FROM lineage_run',
  },
];

export async function check(stage: ChaosStage, ledger: Ledger): Promise<Checked[]> {
  await ledger.store(stage.db);
  const checks: Checked[] = [];
  for (const { says, violations, checked } of [...INVARIANTS, ...OURS]) {
    const rows = await stage.db.select(violations);
    const [about] = await stage.db.select<{ checked: number }>(checked);
    checks.push({ says, checked: Number(about?.checked), violations: rows.map((row) => JSON.stringify(row)) });
  }
  return [...checks, ...(await executionChecks(stage)), answers(ledger)];
}

async function executionChecks(stage: ChaosStage): Promise<Checked[]> {
  const runs = await openRuns(stage);
  const executions = await runningExecutions(stage);
  const owned = new Set(runs.map((run) => run.workflow_id));
  return [
    {
      says: 'a run that is open has an open execution, which works for it',
      checked: runs.length,
      violations: (await askEach(runs, (run) => missingExecution(stage, run))).map(
        ({ item, answer }) => `${item.run_id} of ${item.dataflow_key} (${item.workflow_id}): ${answer}`,
      ),
    },
    {
      says: 'an execution that is open works for an open run',
      checked: executions.length,
      violations: executions.filter(({ workflowId }) => !owned.has(workflowId)).map((it) => JSON.stringify(it)),
    },
  ];
}

function answers({ starts, finishes, cancels, refused, repeats, unexpected }: Ledger): Checked {
  return {
    says: 'a producer is answered, or told UNAVAILABLE; nothing else',
    checked: starts.length + finishes.length + cancels.length + refused.length + repeats,
    violations: [...unexpected].map(([what, times]) => `${String(times)} × ${what}`),
  };
}
