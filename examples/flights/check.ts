// Counts again, straight from the original file and without the lake, and compares with what lineage says.

import { parquet, select, withDuckDB } from './duckdb';
import { fileOf } from './files';
import { RZ_FLIGHTS, SZ_FLIGHTS } from './lake';
import { runsOf } from './lineage';
import type { RunTree } from './lineage';
import { monthOf } from './months';
import type { Month } from './months';
import { FLIGHTS } from './originals';

export interface Counts {
  readonly raw: number;
  readonly cleaned: number;
  readonly airports: number;
}

export interface MonthCheck {
  readonly month: Month;
  readonly lineage: Counts;
  readonly counted: Counts;
}

export interface Check {
  readonly months: readonly MonthCheck[];
  /** Airports whose number of flights or minutes of delay differ. */
  readonly airportsThatDiffer: number;
  readonly agrees: boolean;
}

export async function checkAgainstOriginal(lake: string, trees: readonly RunTree[]): Promise<Check> {
  const wanted = trees.map((tree) => monthOf(tree.run.partitionKey));
  const files = trees.map(({ run }) => fileOf(lake, run));
  return withDuckDB(async (db) => {
    await db.run(`
      CREATE TABLE original AS
      SELECT *, strftime(date - INTERVAL 1 MINUTE, '%Y-%m') AS month
      FROM ${parquet(FLIGHTS)}
      WHERE month IN (${wanted.map((month) => `'${month}'`).join(', ')})`);
    await db.run(`CREATE TABLE expected AS SELECT DISTINCT * FROM original WHERE delay >= -120 AND delay <= 1380`);
    const counted = await select<Counts & { month: Month }>(
      db,
      `SELECT month, raw, cleaned, airports
       FROM (SELECT month, count(*) AS raw FROM original GROUP BY month)
       JOIN (SELECT month, count(*) AS cleaned, count(DISTINCT destination) AS airports FROM expected GROUP BY month)
       USING (month)`,
    );
    const [differing] = await select<{ airports: number }>(
      db,
      `SELECT count(*) AS airports
       FROM (SELECT airport, sum(flights) AS flights, sum(delay_minutes) AS minutes
             FROM ${parquet(...files)} GROUP BY airport) AS ours
       FULL JOIN (SELECT destination AS airport, count(*) AS flights, sum(delay) AS minutes
                  FROM expected GROUP BY destination) AS theirs
       USING (airport)
       WHERE ours.flights IS DISTINCT FROM theirs.flights OR ours.minutes IS DISTINCT FROM theirs.minutes`,
    );
    const months = trees.map((tree) => {
      const month = monthOf(tree.run.partitionKey);
      const { raw = 0, cleaned = 0, airports = 0 } = counted.find((row) => row.month === month) ?? {};
      return { month, lineage: byLineage(tree), counted: { raw, cleaned, airports } };
    });
    const airportsThatDiffer = differing?.airports ?? NaN;
    return { months, airportsThatDiffer, agrees: airportsThatDiffer === 0 && months.every(isEqual) };
  });
}

/** What the run and the runs that it consumed reported. */
function byLineage(tree: RunTree): Counts {
  const sum = (dataflow: string): number =>
    runsOf(tree)
      .filter((run) => run.dataflow === dataflow)
      .reduce((total, run) => total + (run.recordCount ?? 0), 0);
  return { raw: sum(RZ_FLIGHTS), cleaned: sum(SZ_FLIGHTS), airports: tree.run.recordCount ?? 0 };
}

export const isEqual = ({ lineage, counted }: MonthCheck): boolean =>
  lineage.raw === counted.raw && lineage.cleaned === counted.cleaned && lineage.airports === counted.airports;
