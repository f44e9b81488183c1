// The original's example works with ours, and prints what the original's printed.

import { join } from 'node:path';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { setting } from '../support/settings';
import { EXAMPLES, run } from './process';
import type { Ended } from './process';

// The example's keys are the original's own, so its workflow IDs are fixed: they need a namespace to themselves. It is
// as Temporal makes it, without our search attributes.
const namespace = `original-${process.pid}`;

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  const day = { seconds: 86_400 as never }; // typed as a Long of a package that isn't ours
  await lake.client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: day });
  await lake.startWorker({ namespace });
});
afterAll(() => lake.close());

test("the original's example prints what it always printed, and runs again on what it registered", async () => {
  for (const runs of [1, 2]) {
    const { stdout } = await example();
    const rz = await lake.coordinator.getDataflow('rz:billing4:acme:key_sec1');
    const sz = await lake.coordinator.getDataflow('sz:consol_billing5:key1:key_sec1');
    const [target, ...earlier] = await lake.coordinator.listDataflowRuns({ dataflow: sz.id });
    expect(earlier).toHaveLength(runs - 1);
    const source = [
      'Found a RZ source dataflow ready to be consumed by this SZ dataflow',
      `target dataflow id: ${sz.id}`,
      'source zone: rz',
      `source dataflow id: ${rz.id}`,
      'batch data id: batchID123456',
      'partition key: import_date=2019-01-01',
      'rowcount: 89898',
      'model name: billing4',
      'model key: acme',
      'model sec key: key_sec1',
    ];
    expect(stdout.trimEnd().split('\n')).toEqual([
      `RZ dataflow id: ${rz.id}`,
      `SZ dataflow id: ${sz.id}`,
      ...source,
      `SZ run_id created ${target!.runId}`,
      'Number of RZ sources found 1',
      ...source,
    ]);
  }
});

test('what the example reported is on its runs, and its lineage in MySQL', async () => {
  const [source] = await lake.coordinator.listDataflowRuns({ dataflow: 'rz:billing4:acme:key_sec1' });
  const [target] = await lake.coordinator.listDataflowRuns({ dataflow: 'sz:consol_billing5:key1:key_sec1' });
  expect(source).toMatchObject({ state: 'success', recordCount: 89898, batchRunId: 'batchID123456' });
  expect(target).toMatchObject({ state: 'success', recordCount: 103, batchRunId: 'batchID89898989' });
  const edges = await lake.db.select('SELECT source_run_id, target_run_id FROM lineage_edge WHERE target_run_id = ?', [
    target!.runId,
  ]);
  expect(edges).toEqual([{ source_run_id: source!.runId, target_run_id: target!.runId }]);
});

test('where the search attributes are missing it says so once, and goes on', async () => {
  const { code, stderr } = await example();
  expect(code).toBe(0);
  expect(stderr.match(/doesn't know the search attributes/g)).toHaveLength(1);
});

async function example(): Promise<Ended> {
  return run(process.execPath, ['--import', 'tsx', join(EXAMPLES, 'original/example.ts')], {
    DLC_MYSQL_URL: lake.mysqlUrl,
    DLC_TASK_QUEUE: lake.taskQueue,
    TEMPORAL_ADDRESS: setting('DLC_TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: namespace,
  });
}
