// What is refused in a shell: the exit status, the code, the field, what to do instead; and nothing has changed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pair, runsOf } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { pauseExecution, unpauseExecution } from '../support/pause';
import { dlc, failure, parse, settingsOf } from './dlc';
import type { Settings } from './dlc';

const folder = mkdtempSync(join(tmpdir(), 'dlc-refused-'));
let lake: Lake;
let settings: Settings;
beforeAll(async () => {
  lake = await makeLake();
  settings = settingsOf(lake);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await lake.close();
});

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly details: object;
  readonly hint?: string;
}

async function refused(...args: string[]): Promise<Refused & { status: number | null }> {
  const result = await dlc(settings, ...args, '--json');
  const { error } = parse(result) as { error: Refused };
  return { status: result.status, ...error };
}

const invalid = (field: string, hint: string) => ({ status: 2, code: 'INVALID_ARGUMENT', details: { field }, hint });

test('a mapping that there is not, in a command and in a file', async () => {
  const [rz, sz] = [lake.zone('rz'), lake.zone('sz')];
  await lake.coordinator.createDataflow(rz, 'mapped');
  await lake.coordinator.createDataflow(sz, 'mapped', '', '', { partitioned: true });
  const relate = ['relation', 'create', `${rz}:mapped`, `${sz}:mapped`];
  expect(await refused(...relate, '--partition', 'hour→decade')).toMatchObject({
    ...invalid('partition', 'With dlc: --partition.'),
    message: expect.stringContaining('Got "hour→decade".'),
  });
  const path = join(folder, 'dlc.yaml');
  const sources = `sources: { ${rz}:mapped: { partition: hour→decade } }`;
  writeFileSync(
    path,
    `version: 1\ndataflows:\n  ${rz}:new: {}\n  ${sz}:mapped:\n    partitioned: true\n    ${sources}\n`,
  );
  const { stderr, status } = await dlc(settings, 'apply', '-f', path);
  const column = `    ${sources}`.indexOf('hour') + 1;
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining(`${path}:6:${String(column)}: partition must be a mapping such as`),
  ]);
  expect(await lake.coordinator.listRelations()).toEqual([]);
  expect(await lake.coordinator.listDataflows({ zone: rz })).toHaveLength(1);
});

test('a rule that asks for more than it has', async () => {
  const when = '{"atLeast":3,"of":["a:b","a:c"]}';
  expect(await refused('dataflow', 'create', lake.zone('sz'), 'rule', '--when', when)).toMatchObject(
    invalid('trigger.when.atLeast', 'With dlc: --when.'),
  );
  expect(await failure(settings, 'dataflow', 'get', `${lake.zone('sz')}:rule`)).toMatchObject({ code: 'NOT_FOUND' });
});

test('a schedule of a dataflow that is retired', async () => {
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'retired');
  await lake.coordinator.operations.retireDataflow(id);
  expect(await refused('schedule', 'create', `${lake.zone('rz')}:retired`, '--cron', '@daily')).toMatchObject({
    status: 10,
    code: 'DATAFLOW_DISABLED',
    details: { field: 'dataflow', status: 'retired' },
  });
  expect(await lake.coordinator.schedules.list({ dataflow: id })).toEqual([]);
});

test('source runs that are none, a priority past its bounds, and a retry that finds no place', async () => {
  const { coordinator } = lake;
  const flow = await pair(lake, 'runs', { partitioned: true, maxConcurrentRuns: 1 });
  const start = ['run', 'start', flow.targetKey, '--partition', 'd=1', '--wait', '--dependency-check', 'sourceRunIds'];
  expect(await refused(...start, '--source', 'nonsense')).toMatchObject(
    invalid('specificSources', 'With dlc: --source, with --dependency-check sourceIds or sourceRunIds.'),
  );
  expect(await runsOf(lake, flow.target)).toEqual([]);

  const started = (partitionKey: string) =>
    coordinator.startDataflowRunWithId(flow.target, { partitionKey, dependencyCheck: 'ignore', wait: true });
  const { runId } = await started('d=1');
  await coordinator.finishDataflowRun('error', runId);
  await started('d=2');
  const { runId: inLine } = await started('d=3');
  expect(await refused('run', 'prioritize', inLine, '5000000')).toMatchObject({
    ...invalid('priority', 'With dlc: --priority; of dlc run prioritize, its last argument.'),
    message: expect.stringContaining('from -1,000,000 to 1,000,000. Got 5000000.'),
  });
  expect(await coordinator.getDataflowRun(inLine)).toMatchObject({ priority: 0 });
  const { status, stderr } = await dlc(settings, 'run', 'retry', runId, '--request-id', 'r-1');
  expect([status, stderr]).toEqual([
    6,
    `ALREADY_ACTIVE: ${flow.targetKey} has as many runs at once as it may (maxConcurrentRuns: 1). When one has ended, retry run ${runId} again.\n`,
  ]);
  expect(await runsOf(lake, flow.target)).toHaveLength(3);
});

test('a cancel of a backfill, where that still runs when the time is over', async () => {
  const { coordinator } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'busy', '', '', { partitioned: true });
  const { backfillId, workflowId } = await coordinator.backfills.start(id, { from: '2019-01-01', to: '2019-01-01' });
  await pauseExecution(lake, workflowId);
  expect(await refused('backfill', 'cancel', backfillId, '--timeout', '1')).toMatchObject({
    status: 14,
    code: 'UNAVAILABLE',
    message: expect.stringContaining('was told to stop, and is still running'),
    details: { backfillId, state: 'running' },
  });
  await unpauseExecution(lake, workflowId);
  expect(await coordinator.backfills.wait(backfillId)).toMatchObject({ state: 'cancelled' });
});
