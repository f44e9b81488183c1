// What the producers were told: each start, finish and cancel that was acknowledged, and each start that was refused. At the end
// it goes into tables beside the lake's own, where SQL compares the two.

import type { Database } from '../../src';

export interface AcknowledgedStart {
  readonly requestId: string;
  readonly dataflow: string;
  readonly runId: string;
  /** Source runs that the answer says it claimed; null: it said that the run waits. */
  readonly sources: number | null;
}

export interface AcknowledgedFinish {
  readonly runId: string;
  readonly status: 'success' | 'error';
  readonly recordCount: number;
  readonly batch: string;
}

/** Rows a statement. */
const CHUNK = 1_000;

export class Ledger {
  readonly starts: AcknowledgedStart[] = [];
  readonly finishes: AcknowledgedFinish[] = [];
  /** Runs that ended because they were told to be cancelled. */
  readonly cancels: string[] = [];
  /** requestIds of starts and retries that were refused. */
  readonly refused: string[] = [];
  /** Calls that were repeated after UNAVAILABLE. */
  repeats = 0;
  /** Answers that a careful producer must not get, in words. */
  readonly unexpected = new Map<string, number>();

  surprise(what: string): void {
    this.unexpected.set(what, (this.unexpected.get(what) ?? 0) + 1);
  }

  async store(db: Database): Promise<void> {
    const columns = {
      chaos_start: 'request_id VARCHAR(64), dataflow_key VARCHAR(480), run_id CHAR(36), sources INT',
      chaos_finish: 'run_id CHAR(36), state VARCHAR(16), record_count BIGINT, batch VARCHAR(255)',
      chaos_cancel: 'run_id CHAR(36)',
      chaos_refused: 'request_id VARCHAR(64)',
    };
    const rows = {
      chaos_start: this.starts.map((it) => [it.requestId, it.dataflow, it.runId, it.sources]),
      chaos_finish: this.finishes.map((it) => [it.runId, it.status, it.recordCount, it.batch]),
      chaos_cancel: this.cancels.map((runId) => [runId]),
      chaos_refused: this.refused.map((requestId) => [requestId]),
    };
    for (const [table, definition] of Object.entries(columns) as [keyof typeof columns, string][]) {
      const key = definition.split(' ', 1).join();
      await db.write(
        `CREATE TABLE ${table} (${definition}, KEY (${key})) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin`,
      );
      for (let from = 0; from < rows[table].length; from += CHUNK) {
        await db.write(`INSERT INTO ${table} VALUES ?`, [rows[table].slice(from, from + CHUNK)]);
      }
    }
  }
}
