// The examples in other languages than TypeScript, as a user runs them: processes that know nothing but the settings.

import { dirname, join } from 'node:path';
import { slotWorkflowId } from '../../src';
import { findTemporal } from '../../src/local/temporal-binary';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { setting } from '../support/settings';
import { eventually } from '../support/wait';
import { EXAMPLES, linesOf, serve } from './process';
import { pythonWithTemporal } from './python';

let lake: Lake;
let settings: Record<string, string>;
let python: string;
beforeAll(async () => {
  lake = await makeLake();
  const { path } = await findTemporal({ log: () => undefined });
  settings = {
    TEMPORAL_ADDRESS: setting('DLC_TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_HTTP_URL: setting('DLC_TEST_TEMPORAL_HTTP_URL'),
    DLC_TASK_QUEUE: lake.taskQueue,
    PATH: `${dirname(path)}:${process.env['PATH']}`,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  python = await pythonWithTemporal();
}, 300_000);
afterAll(() => lake.close());

test("a Python job runs a source's run and its target's, and is told by type what is refused", async () => {
  const { source, target } = await sourceAndTarget('python');
  const lines = await linesOf(python, [join(EXAMPLES, 'python/job.py'), source, target], settings);
  const { sourceRun, targetRun } = await runs(source, target);
  expect(lines).toEqual([
    `${source} started: run ${sourceRun}`,
    `ALREADY_ACTIVE: run ${sourceRun}`,
    'INVALID_ARGUMENT: recordCount',
    `${source} finished`,
    `${target} started: run ${targetRun}`,
    `claimed ${source} run ${sourceRun}, 89898 rows`,
    `${target} finished: success`,
    `DEPENDENCY_NOT_READY: ['${source}']`,
  ]);
});

test("the Temporal CLI runs a source's run and its target's", async () => {
  const { source, target } = await sourceAndTarget('cli');
  const lines = await linesOf('bash', [join(EXAMPLES, 'shell/temporal-cli.sh'), source, target], settings);
  const { sourceRun, targetRun } = await runs(source, target);
  expect(lines).toEqual([
    `${source} started: run ${sourceRun}`,
    'type: ALREADY_ACTIVE',
    'type: INVALID_ARGUMENT',
    `${source} finished: success`,
    `${target} started: run ${targetRun}`,
    `claimed ${source} run ${sourceRun}, 89898 rows`,
    'started: waits for its external job to finish',
    `${target} finished: success`,
    'type: DEPENDENCY_NOT_READY',
  ]);
});

test("curl runs a source's run and its target's over Temporal's HTTP API", async () => {
  const { source, target } = await sourceAndTarget('curl');
  const lines = await linesOf('bash', [join(EXAMPLES, 'shell/curl.sh'), source, target], settings);
  const { sourceRun, targetRun } = await runs(source, target);
  expect(lines).toEqual([
    `${source} started: run ${sourceRun}`,
    'ALREADY_ACTIVE:',
    'INVALID_ARGUMENT:',
    `${source} finished: success`,
    `${target} started: run ${targetRun}`,
    `claimed ${source} run ${sourceRun}, 89898 rows`,
    'started: waits for its external job to finish',
    `${target} finished: success`,
    'DEPENDENCY_NOT_READY:',
  ]);
});

const partitions = ['import_date=2019-01-01', 'a/b 100%: x@y', 'größe=½ & #?', '%2F'];

test.each(partitions)("over HTTP a partition's workflow ID is URL-encoded once: %j", async (partition) => {
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'parts', partition, '', { partitioned: true });
  const { key } = await lake.coordinator.getDataflow(id);
  const workflowId = slotWorkflowId(key, partition);
  const { runId } = await post(workflowId, '', {
    workflowType: { name: 'dataflowRun' },
    taskQueue: { name: lake.taskQueue },
    input: [{ dataflow: key, partitionKey: partition }],
  });
  const { outcome } = await post(workflowId, '/update/startedRun', { request: { meta: {}, input: { args: [{}] } } });
  expect(outcome?.success).toMatchObject([{ runId, workflowId, partitionKey: partition, state: 'started' }]);
  await post(workflowId, '/signal/finish', { input: [{ status: 'success', recordCount: 7 }] });
  await lake.client.workflow.getHandle(workflowId, runId).result();
  expect(await lake.coordinator.getDataflowRun(runId!)).toMatchObject({ workflowId, state: 'success', recordCount: 7 });
});

interface Answer {
  readonly runId?: string;
  readonly outcome?: { readonly success?: unknown };
}

async function post(workflowId: string, what: string, body: object): Promise<Answer> {
  const workflows = `${settings['TEMPORAL_HTTP_URL']!}/api/v1/namespaces/default/workflows`;
  const response = await fetch(`${workflows}/${encodeURIComponent(workflowId)}${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

test("Python encodes a partition's workflow ID as we do, every character of it", async () => {
  const range = Array.from({ length: 0x3100 }, (_, code) => String.fromCodePoint(code));
  const all = [...partitions, range.join(''), '\ufeff\ud83d\udca7'];
  const script =
    'import json, sys; from lineage import workflow_id; ' +
    'print(json.dumps([workflow_id("rz:a", partition) for partition in json.loads(sys.argv[1])]))';
  const PYTHONPATH = join(EXAMPLES, 'python');
  const [line] = await linesOf(python, ['-c', script, JSON.stringify(all)], { ...settings, PYTHONPATH });
  expect(JSON.parse(line!)).toEqual(all.map((partition) => slotWorkflowId('rz:a', partition)));
});

/** Registered under a name that any encoding of paths and arguments has to get right. */
async function sourceAndTarget(name: string): Promise<{ source: string; target: string }> {
  const { coordinator } = lake;
  const [from, to] = await Promise.all([
    coordinator.createDataflow(lake.zone('rz'), name, 'a/b 100%', 'größe'),
    coordinator.createDataflow(lake.zone('sz'), name, 'a/b 100%', 'größe'),
  ]);
  await coordinator.associateSourceToTarget(from, to);
  const [source, target] = await Promise.all([coordinator.getDataflow(from), coordinator.getDataflow(to)]);
  return { source: source.key, target: target.key };
}

/** What the example left in MySQL: one run each, both ended as it reported, and the target's made of the source's. */
async function runs(source: string, target: string): Promise<{ sourceRun: string; targetRun: string }> {
  const [sourceRun, ...moreOfSource] = await lake.coordinator.listDataflowRuns({ dataflow: source });
  const [targetRun, ...moreOfTarget] = await lake.coordinator.listDataflowRuns({ dataflow: target });
  expect([...moreOfSource, ...moreOfTarget]).toEqual([]);
  expect(sourceRun).toMatchObject({ state: 'success', recordCount: 89898 });
  expect(targetRun).toMatchObject({ state: 'success', recordCount: 103 });
  const { dataflowQueueList } = await lake.coordinator.getDataflowRun(targetRun!.runId);
  expect(dataflowQueueList).toMatchObject([{ sourceRunId: sourceRun!.runId, recordCount: 89898 }]);
  return { sourceRun: sourceRun!.runId, targetRun: targetRun!.runId };
}

describe('a Python activity as the job of a dataflow', () => {
  let worker: { stop(): Promise<void> };
  let taskQueue: string;
  beforeAll(() => {
    taskQueue = `${lake.taskQueue}-python`;
    worker = serve(python, [join(EXAMPLES, 'python/worker.py'), taskQueue], settings);
  });
  afterAll(() => worker.stop());

  async function counted(name: string): Promise<{ source: string; target: string }> {
    const { coordinator } = lake;
    const source = await coordinator.createDataflow(lake.zone('rz'), name);
    const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', {
      trigger: { mode: 'auto' },
      job: { type: 'activity', name: 'count_rows', taskQueue },
    });
    await coordinator.associateSourceToTarget(source, target);
    return { source, target };
  }

  async function ended(target: string): Promise<unknown> {
    const [run] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target }),
      ([newest]) => newest?.endedAt != null,
    );
    return run;
  }

  test('it runs when the source has finished, gets what the run claimed, and reports', async () => {
    const { source, target } = await counted('count');
    const { runId } = await lake.coordinator.startDataflowRunWithId(source);
    await lake.coordinator.finishDataflowRun('success', runId, { recordCount: 42 });
    const run = await ended(target);
    expect(run).toMatchObject({
      state: 'success',
      recordCount: 42,
      batchRunId: expect.stringMatching(/^python [-0-9a-f]{36}$/),
    });
  });

  test('what it raises ends the run with its message', async () => {
    const { source, target } = await counted('uncounted');
    const { runId } = await lake.coordinator.startDataflowRunWithId(source);
    await lake.coordinator.finishDataflowRun('success', runId);
    const { key } = await lake.coordinator.getDataflow(source);
    expect(await ended(target)).toMatchObject({ state: 'error', message: `${key} didn't count its rows.` });
  });
});
