// Targets with thousands of sources: what travels through Temporal stays small, and what is claimed is all of it.

import { temporal } from '@temporalio/proto';
import { slotWorkflowId } from '../../src/domain/slot';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { violations } from '../support/invariants';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

interface FanIn {
  readonly id: string;
  readonly workflowId: string;
  readonly keys: readonly string[];
}

/** A target with `count` sources whose keys have `length` characters, registered by SQL. */
async function fanIn(name: string, mode: 'auto' | 'manual', count: number, length: number): Promise<FanIn> {
  const id = await lake.coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode } });
  const prefix = `${lake.zone('rz')}:${name}:`;
  // Two small counters: MySQL's recursion ends at 1,000.
  const numbers = (alias: string, below: number): string =>
    `(WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${String(below - 1)}) SELECT i FROM n) ${alias}`;
  const modelKey = `LPAD(a.i * 100 + b.i, ${String(length - prefix.length)}, 'x')`;
  await lake.db.write(
    `INSERT INTO dataflow (dataflow_key, zone, model_name, model_key, model_sec_key, status, trigger_mode, trigger_when,
                           job, partitioned, created_at, updated_at)
     SELECT CONCAT(?, ${modelKey}), ?, ?, ${modelKey}, '', 'enabled', 'manual', 'all',
            '{"type":"external"}', FALSE, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
     FROM ${numbers('a', count / 100)} CROSS JOIN ${numbers('b', 100)}
     ORDER BY a.i, b.i`,
    [prefix, lake.zone('rz'), name],
  );
  await lake.db.write(
    `INSERT INTO dataflow_relation (source_dataflow_id, target_dataflow_id, open_pair, partition_mapping, created_at)
     SELECT id, ?, 1, 'all', UTC_TIMESTAMP(6) FROM dataflow WHERE zone = ? AND model_name = ? ORDER BY id`,
    [id, lake.zone('rz'), name],
  );
  const rows = await lake.db.select<{ dataflow_key: string }>(
    'SELECT dataflow_key FROM dataflow WHERE zone = ? AND model_name = ? ORDER BY id',
    [lake.zone('rz'), name],
  );
  return {
    id,
    workflowId: slotWorkflowId(`${lake.zone('sz')}:${name}`, ''),
    keys: rows.map((row) => row.dataflow_key),
  };
}

/** The largest event in a workflow's history, in bytes. */
async function largestEvent(workflowId: string): Promise<number> {
  const { events } = await lake.client.workflow.getHandle(workflowId).fetchHistory();
  return Math.max(...(events ?? []).map((event) => temporal.api.history.v1.HistoryEvent.encode(event).finish().length));
}

test('a start that lacks 5,000 sources is refused: it names some of them, and says how many they are', async () => {
  const { id, workflowId, keys } = await fanIn('refused', 'manual', 5_000, 180);
  expect(new Set(keys.map((key) => key.length))).toEqual(new Set([180]));
  await expect(lake.coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({
    code: 'DEPENDENCY_NOT_READY',
    message: expect.stringContaining(`${keys.slice(0, 5).join(', ')} and 4995 more; has 0 of 5000`),
    details: {
      missing: keys.slice(0, 100),
      missingCount: 5_000,
      explanation: { have: 0, need: 5_000, omitted: 4_900, omittedUnmet: 4_900 },
    },
  });
  expect(await largestEvent(workflowId)).toBeLessThan(100_000);
  await expect(
    lake.coordinator.startDataflowRunWithId(id, { dependencyCheck: { any: ['rz:strange'] } }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('and 4980 more.') });
  expect(await largestEvent(workflowId)).toBeLessThan(100_000);
});

test('a run waits for 6,000 sources with long keys: its status is short, and why has all of it', async () => {
  const { id, workflowId, keys } = await fanIn('waiting', 'manual', 6_000, 400);
  const { runId, state } = await lake.coordinator.startDataflowRunWithId(id, { wait: true });
  expect(state).toBe('waiting');
  const status = await lake.client.workflow.getHandle(workflowId).query('status');
  expect(status).toMatchObject({
    summary: expect.stringContaining('and 5995 more; has 0 of 6000'),
    explanation: { have: 0, need: 6_000, omitted: 5_900, of: { length: 100 } },
  });
  const metadata = await lake.client.workflow.getHandle(workflowId).query('__temporal_workflow_metadata');
  expect(metadata).toMatchObject({ currentDetails: expect.stringContaining('… and 5988 more') });
  expect(await largestEvent(workflowId)).toBeLessThan(100_000);
  expect((await lake.coordinator.why({ runId })).explanation?.of).toHaveLength(keys.length);
  expect(await lake.coordinator.cancelDataflowRun(runId)).toMatchObject({ state: 'cancelled' });
});

test('the last of 1,000 sources starts one run, which claims all of them', async () => {
  const { id, workflowId, keys } = await fanIn('last', 'auto', 1_000, 180);
  const last = keys.at(-1) ?? '';
  await lake.db.write(
    `INSERT INTO dataflow_run (run_id, dataflow_id, workflow_id, state, slot, triggered, dependency_check, opened_at,
                               started_at, ended_at)
     SELECT UUID(), id, CONCAT('dlc:', dataflow_key), 'success', '', FALSE, 'all', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
            UTC_TIMESTAMP(6)
     FROM dataflow WHERE zone = ? AND model_name = 'last' AND dataflow_key <> ?`,
    [lake.zone('rz'), last],
  );
  await lake.db.write(
    `INSERT INTO dataflow_queue (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_slot,
                                 attempt, cause, ready_at)
     SELECT l.id, l.source_dataflow_id, l.target_dataflow_id, r.run_id, '', 0, 'finish', UTC_TIMESTAMP(6)
     FROM dataflow_relation l JOIN dataflow_run r ON r.dataflow_id = l.source_dataflow_id
     WHERE l.target_dataflow_id = ?`,
    [id],
  );
  const { runId: lastRunId } = await lake.coordinator.startDataflowRunWithId(last);
  await lake.coordinator.finishDataflowRun('success', lastRunId);
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow: id }),
    ([first]) => first?.state === 'started',
  );
  const { dataflowQueueList: claimed } = await lake.coordinator.getDataflowRun(run?.runId ?? '');
  expect(claimed.map((row) => row.sourceDataflow).sort()).toEqual([...keys].sort());
  expect(claimed.map((row) => row.sourceRunId)).toContain(lastRunId);
  await lake.coordinator.finishDataflowRun('success', run?.runId ?? '');
  expect(await lake.client.workflow.getHandle(workflowId).result()).toMatchObject({ sourceCount: 1_000 });
  expect(await largestEvent(workflowId)).toBeLessThan(300_000);
  expect(await lake.coordinator.listDataflowRuns({ dataflow: id })).toHaveLength(1);
  expect(await violations(lake.db)).toEqual([]);
});
