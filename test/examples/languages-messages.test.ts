// What a client in any language may send, well-formed or not: the run takes what it understands, refuses the rest where its
// sender can see it, and no message harms it.

import { WorkflowContinuedAsNewError } from '@temporalio/client';
import { RawValue } from '@temporalio/common';
import { DATAFLOW_RUN, MESSAGES } from '../../src/domain/messages';
import { slotWorkflowId } from '../../src/domain/slot';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { nestedJson } from '../support/nested';
import { eventually } from '../support/wait';
import { json, payload, signal, start, update } from './raw';
import type { Payload } from './raw';

let lake: Lake;
beforeAll(async () => {
  const report = () => RawValue.fromPayload(payload('json/protobuf', '{ "recordCount": 103 }'));
  lake = await makeLake({ activities: { report } });
});
afterAll(() => lake.close());

const success = { status: 'success', recordCount: 103 };
const notJson = payload('json/plain', '{ "status": "succ');

// Deep enough for any recursion to run out of stack.
const deep = (field: string, rest: object): Payload =>
  payload('json/plain', JSON.stringify({ ...rest, [field]: 'DEEP' }).replace('"DEEP"', nestedJson(100_000)));

/** What is no finish, each as the payloads of one message. */
const garbage: [string, Payload[] | undefined][] = [
  ['no payload', undefined],
  ['null', [json(null)]],
  ['a string', [json('success')]],
  ['a number', [json(103)]],
  ['a list', [json([success])]],
  ['no status', [json({ recordCount: 103 })]],
  ['an unknown status', [json({ status: 'done' })]],
  ['a negative count', [json({ ...success, recordCount: -1 })]],
  ['a fractional count', [json({ ...success, recordCount: 1.5 })]],
  ['a count as text', [json({ ...success, recordCount: '103' })]],
  [
    'a count beyond what JSON holds exactly',
    [payload('json/plain', '{"status":"success","recordCount":9007199254740993}')],
  ],
  ['garbage before a good finish', [json('success'), json(success)]],
  ['JSON that is none', [notJson]],
  ['an empty JSON payload', [payload('json/plain', '')]],
  ['bytes', [payload('binary/plain', JSON.stringify(success))]],
  ["Temporal's own null", [payload('binary/null', '')]],
  ['JSON that nests 100,000 levels', [payload('json/plain', nestedJson(100_000))]],
  ['metadata that nests 100,000 levels', [deep('metadata', success)]],
  ['an unknown field that nests 100,000 levels', [deep('quality', success)]],
  ['an unknown encoding', [payload('binary/encrypted', 'x')]],
  ['a payload without an encoding', [{ metadata: {}, data: Buffer.from('{}') }]],
  ['a payload without metadata', [{ data: Buffer.from('{}') }]],
  ['an empty payload', [{}]],
];

test.each(garbage)('a finish signal with %s is refused, and the run goes on', async (what, input) => {
  const { runId, workflowId } = await startedRun(what);
  await signal(lake.client, workflowId, 'finish', input);
  expect(await refusals(workflowId)).toEqual([['finish', 'INVALID_ARGUMENT']]);
  await expectUnharmed(workflowId, runId);
});

test.each(garbage)('a finishRun update with %s is refused, and the run goes on', async (what, input) => {
  const { runId, workflowId } = await startedRun(what);
  const { failure } = await update(lake.client, workflowId, 'finishRun', input);
  expect(failure?.applicationFailureInfo?.type).toBe('INVALID_ARGUMENT');
  await expectUnharmed(workflowId, runId);
});

test('fields and payloads that a finish has too many of are ignored', async () => {
  for (const extra of [json({ more: true }), notJson]) {
    const { runId, workflowId } = await startedRun('extra');
    const newer =
      '{"status":"success","recordCount":103,"message":null,"quality":{"rows":"good"},"__proto__":{"runId":"x"}}';
    await update(lake.client, workflowId, 'finishRun', [payload('json/plain', newer), extra]);
    expect(await lake.coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 103 });
  }
  const { runId, workflowId } = await startedRun('extra');
  await signal(lake.client, workflowId, 'finish', [json({ ...success, quality: 'good' }), notJson]);
  await lake.client.workflow.getHandle(workflowId, runId).result();
  expect(await lake.coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 103 });
});

test('a finish that comes along with the start and cannot be read is refused once the run is open', async () => {
  const { workflowId, key } = await registered('together');
  const { runId } = await lake.client.workflowService.signalWithStartWorkflowExecution({
    namespace: 'default',
    workflowId,
    workflowType: { name: DATAFLOW_RUN },
    taskQueue: { name: lake.taskQueue },
    input: { payloads: [json({ dataflow: key })] },
    signalName: MESSAGES.finish,
    signalInput: { payloads: [notJson] },
    requestId: 'together',
  });
  expect((await update(lake.client, workflowId, 'startedRun')).success).toBeDefined();
  expect(await refusals(workflowId)).toEqual([['finish', 'INVALID_ARGUMENT']]);
  await expectUnharmed(workflowId, runId);
});

test('a wake-up is one whatever it carries', async () => {
  const source = await registered('wake-source');
  const target = await registered('wake-target');
  await lake.coordinator.associateSourceToTarget(source.key, target.key);
  const { runId, workflowId } = await lake.coordinator.startDataflowRunWithId(target.key, { wait: true });
  for (const input of [undefined, [json('wake up')], [notJson], [payload('binary/encrypted', 'x'), {}]]) {
    await signal(lake.client, workflowId, 'sourceFinished', input);
  }
  const finished = await lake.coordinator.startDataflowRunWithId(source.key);
  await lake.coordinator.finishDataflowRun('success', finished.runId);
  expect(await lake.coordinator.waitForDataflowRunStart(runId)).toBe('started');
  await expectUnharmed(workflowId, runId);
});

test('startedRun takes no argument, or an object with fields it does not know; what it cannot read it refuses', async () => {
  const { runId, workflowId } = await startedRun('asked');
  for (const input of [undefined, [json(null)], [json({ more: 1 })], [json({}), notJson]]) {
    const { success: answer } = await update(lake.client, workflowId, 'startedRun', input);
    expect(JSON.parse(String(answer?.payloads?.[0]?.data))).toMatchObject({ runId, state: 'started', sources: [] });
  }
  for (const input of [notJson, deep('requestId', {})]) {
    const { failure } = await update(lake.client, workflowId, 'startedRun', [input]);
    expect(failure?.applicationFailureInfo?.type).toBe('INVALID_ARGUMENT');
  }
  await expectUnharmed(workflowId, runId);
});

const badStarts: [string, Payload[] | undefined][] = [
  ['no payload', undefined],
  ['null', [json(null)]],
  ['the key alone', [json('rz:orders')]],
  ['a list', [json([{ dataflow: 'rz:orders' }])]],
  ['no dataflow', [json({ wait: true })]],
  ['a fractional id', [json({ dataflow: 1.5 })]],
  ['100,000 sources that are none', [json({ dataflow: 'rz:orders', specificSources: Array(100_000).fill(1) })]],
  ['a run ID that is none', [json({ dataflow: 'rz:orders', continuedRunId: 'é' })]],
  ['wait as text', [json({ dataflow: 'rz:orders', wait: 'yes' })]],
  ["Temporal's own null", [payload('binary/null', '')]],
  ['JSON that is none', [notJson]],
  ['JSON that nests 100,000 levels', [payload('json/plain', nestedJson(100_000))]],
  ['config that nests 100,000 levels', [deep('config', { dataflow: 'rz:orders' })]],
  ['dependencyCheck that nests 100,000 levels', [deep('dependencyCheck', { dataflow: 'rz:orders' })]],
  ['an unknown encoding', [payload('binary/encrypted', 'x')]],
  ['a payload without metadata', [{ data: Buffer.from('{}') }]],
];

test.each(badStarts)('a start with %s fails with INVALID_ARGUMENT', async (_, input) => {
  const workflowId = lake.zone('start');
  const runId = await start(lake.client, lake.taskQueue, workflowId, input);
  const result = lake.client.workflow.getHandle(workflowId).result();
  await expect(result).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT' } });
  expect(await eventTypes(lake.client, workflowId, runId)).not.toContain('WORKFLOW_TASK_FAILED');
});

test.each(badStarts)('a start with %s hands a wake-up that it took on to its slot', async (what, input) => {
  const taskQueue = `${lake.taskQueue}-${what.replaceAll(' ', '-')}`;
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), 'wakes', what);
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), 'woken', what, '', {
    trigger: { mode: 'auto' },
    taskQueue,
  });
  await lake.coordinator.associateSourceToTarget(source, target);
  const { key } = await lake.coordinator.getDataflow(target);
  const workflowId = slotWorkflowId(key, '');

  const bad = await start(lake.client, taskQueue, workflowId, input);
  const { runId } = await lake.coordinator.startDataflowRunWithId(source);
  await lake.coordinator.finishDataflowRun('success', runId);
  const worker = await lake.startWorker({ taskQueue });

  const result = lake.client.workflow.result(workflowId, bad, { followRuns: false });
  await expect(result).rejects.toBeInstanceOf(WorkflowContinuedAsNewError);
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow: target }),
    ([newest]) => newest?.state === 'started',
  );
  expect(await eventTypes(lake.client, workflowId, bad)).not.toContain('WORKFLOW_TASK_FAILED');
  await expectUnharmed(workflowId, run!.runId);
  await worker.stop();
});

test('fields and payloads that a start has too many of are ignored', async () => {
  const { key, workflowId } = await registered('newer');
  const runId = await start(lake.client, lake.taskQueue, workflowId, [
    json({ dataflow: key, urgency: 'high' }),
    json(1),
  ]);
  expect((await update(lake.client, workflowId, 'startedRun')).success).toBeDefined();
  await expectUnharmed(workflowId, runId);
});

test('a job whose result cannot be read ends its run with an error that says so', async () => {
  const job = { type: 'activity', name: 'report' } as const;
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'result', '', '', { job });
  const { runId, workflowId } = await lake.coordinator.startDataflowRunWithId(id);
  await expect(lake.client.workflow.getHandle(workflowId, runId).result()).rejects.toThrow();
  const run = await lake.coordinator.getDataflowRun(runId);
  expect(run).toMatchObject({ state: 'error', message: expect.stringContaining('Unknown encoding: json/protobuf') });
});

async function registered(name: string): Promise<{ key: string; workflowId: string }> {
  const key = `${lake.zone('rz')}:${name}`;
  await lake.coordinator.createDataflow(lake.zone('rz'), name);
  return { key, workflowId: `dlc:${key}` };
}

async function startedRun(name: string): Promise<{ runId: string; workflowId: string }> {
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), name, expect.getState().currentTestName, '', {
    ifExists: 'get',
  });
  return lake.coordinator.startDataflowRunWithId(id);
}

async function refusals(workflowId: string): Promise<[string, string][]> {
  const { refused } = await lake.client.workflow
    .getHandle(workflowId)
    .query<{ refused: { message: string; code: string }[] }>(MESSAGES.status);
  return refused.map(({ message, code }) => [message, code]);
}

/** No workflow task failed, the run is open in MySQL, and a good finish ends it. */
async function expectUnharmed(workflowId: string, runId: string): Promise<void> {
  expect(await eventTypes(lake.client, workflowId, runId)).not.toContain('WORKFLOW_TASK_FAILED');
  expect(await lake.coordinator.getDataflowRun(runId)).toMatchObject({ state: 'started', recordCount: null });
  await lake.coordinator.finishDataflowRun('success', runId, { recordCount: 103 });
  expect(await lake.coordinator.getDataflowRun(runId)).toMatchObject({ state: 'success', recordCount: 103 });
}
