// What a chaos run prints at its end.

import { machine } from '../machine';
import { table } from '../table';
import type { Checked } from './checks';
import type { Kills } from './killer';
import type { Ledger } from './ledger';
import type { ChaosSettings } from './settings';
import type { ChaosStage } from './stage';

export interface Outcome {
  readonly settings: ChaosSettings;
  readonly relations: number;
  readonly kills: Kills;
  readonly ledger: Ledger;
  readonly loadMs: number;
  readonly drainMs: number;
  readonly checks: readonly Checked[];
}

/** Violations shown of each invariant. */
const SHOWN = 10;

export async function report(stage: ChaosStage, outcome: Outcome): Promise<void> {
  const { settings, relations, kills, ledger, loadMs, drainMs, checks } = outcome;
  const states = await stage.db.select<{ state: string; runs: number }>(
    'SELECT state, COUNT(*) AS runs FROM lineage_run GROUP BY state ORDER BY runs DESC',
  );
  const [sizes] = await stage.db.select<{ edges: number; ready: number; consumers: number; retries: number }>(
    `SELECT (SELECT COUNT(*) FROM lineage_edge) AS edges, (SELECT COUNT(*) FROM lineage_ready) AS ready,
            (SELECT COUNT(DISTINCT target_run_id) FROM lineage_edge) AS consumers,
            (SELECT COUNT(*) FROM dataflow_run WHERE rerun_of IS NOT NULL) AS retries`,
  );
  const byItself = stage.workers.reduce((sum, worker) => sum + worker.endedByItself, 0);
  console.log(`\nMachine: ${machine(stage.versions)}`);
  console.log(`Seed: ${settings.seed}\n`);
  console.log(
    table([
      ['what', 'how many'],
      ['dataflows', settings.dataflows],
      ['relations', relations],
      ...states.map(({ state, runs }) => [`runs ${state}`, runs]),
      ['runs that consumed others', sizes?.consumers ?? 0],
      ['runs that were retries', sizes?.retries ?? 0],
      ['edges', sizes?.edges ?? 0],
      ['queue rows still ready', sizes?.ready ?? 0],
      ...Object.entries(kills.count).map(([kind, count]) => [`kill -9 of ${kind}${downtime(kills, kind)}`, count]),
      ['times that a worker ended by itself', byItself],
      ['starts and retries acknowledged', ledger.starts.length],
      ['starts and retries refused', ledger.refused.length],
      ['finishes acknowledged', ledger.finishes.length],
      ['cancels acknowledged', ledger.cancels.length],
      ['calls repeated after UNAVAILABLE', ledger.repeats],
      ['seconds under load', Math.round(loadMs / 1000)],
      ['seconds until quiet', Math.round(drainMs / 1000)],
    ]),
  );
  console.log();
  console.log(
    table([
      ['what must hold', 'checked', 'violations'],
      ...checks.map(({ says, checked, violations }) => [says, checked, violations.length]),
      ['all', checks.reduce((sum, { checked }) => sum + checked, 0), violationsIn(checks)],
    ]),
  );
  for (const { says, violations } of checks) {
    for (const violation of violations.slice(0, SHOWN)) console.log(`not so: ${says}: ${violation}`);
    if (violations.length > SHOWN) console.log(`… and ${String(violations.length - SHOWN)} more`);
  }
}

export const violationsIn = (checks: readonly Checked[]): number =>
  checks.reduce((sum, { violations }) => sum + violations.length, 0);

function downtime({ downFor }: Kills, kind: string): string {
  const times = [...downFor[kind as keyof Kills['downFor']]].sort((a, b) => a - b);
  const seconds = (share: number): string => ((times[Math.floor((times.length - 1) * share)] ?? 0) / 1000).toFixed(1);
  return times.length === 0 ? '' : ` (back after ${seconds(0.5)} s, at most ${seconds(1)})`;
}
