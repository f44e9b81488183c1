// An operator's day in a shell: a source fails, a relation is suspended, a dataflow is paused, a run is stuck.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';
import { dlc, failure, json, settingsOf } from './dlc';
import type { Settings } from './dlc';

let lake: Lake;
let settings: Settings;
beforeAll(async () => {
  lake = await makeLake();
  settings = settingsOf(lake);
});
afterAll(() => lake.close());

const words = (line: string): string[] => line.split(' ').map((word) => word.replaceAll('_', ' '));
const run = <T = Record<string, unknown>>(line: string): Promise<T> => json<T>(settings, ...words(line));
/** What a person reads. */
const read = async (line: string): Promise<string> => (await dlc(settings, ...words(line))).stdout.trim();

test('what fails, stops or waits is repaired from a shell', async () => {
  const [rz, sz] = [`${lake.zone('rz')}:orders`, `${lake.zone('sz')}:orders`];
  await run(`dataflow create ${rz}`);
  const created = await run(
    `dataflow create ${sz} --debounce 5_min --max-wait 1_hour --max-sources 10 --deadline 6_hours --deadline-action start --start-by 2_hours --on-error hold`,
  );
  expect(created).toMatchObject({
    trigger: {
      debounce: '5 min',
      maxWait: '1 hour',
      maxSources: 10,
      deadline: { after: '6 hours', action: 'start' },
      startBy: '2 hours',
    },
    onError: 'hold',
  });
  const refused = await dlc(settings, ...words(`dataflow create ${sz}2 --max-wait 1_hour --json`));
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'INVALID_ARGUMENT', details: { field: 'trigger.maxWait' }, hint: 'With dlc: --max-wait.' },
  });
  await run(`relation create ${rz} ${sz} --by ann --reason go_live`);
  expect(await run(`operations ${rz}_→_${sz}`)).toMatchObject([
    { kind: 'createRelation', by: 'ann', reason: 'go live' },
  ]);

  expect(await read(`relation suspend ${rz} ${sz} --by ann --reason migration`)).toBe(`${rz} → ${sz} is suspended.`);
  const { runId } = await run<{ runId: string }>(`run start ${rz} --heartbeat-timeout 1_hour`);
  expect(await read(`run heartbeat ${runId}`)).toBe(`Run ${runId} is alive.`);
  await run(`run finish ${runId} --status success --request-id f-1 --record-count 3`);
  await run(`run finish ${runId} --status success --request-id f-1 --record-count 4`);
  expect(await run(`ready ${sz}`)).toEqual([]);
  expect(await read(`relation resume ${rz} ${sz}`)).toBe(`${rz} → ${sz} is resumed.`);

  await read(`dataflow pause ${sz} --reason move`);
  const paused = await dlc(settings, ...words(`run start ${sz}`));
  expect(paused.status).toBe(10);
  expect(paused.stderr).toMatch(/^DATAFLOW_DISABLED: .* is paused since .* \(move\)\. Resume it first/);
  expect(await read(`dataflow resume ${sz}`)).toBe(`${sz} is resumed.`);
  expect(await read(`zone resume ${lake.zone('sz')}`)).toBe(`${lake.zone('sz')} was resumed already.`);

  await read(`dataflow pause ${sz}`);
  await read(`zone pause ${lake.zone('sz')} --reason migration`);
  expect(await read(`dataflow list --zone ${lake.zone('sz')}`)).toMatch(/ paused +manual /);
  expect(await read(`dataflow get ${sz}`)).toMatch(/^status +paused\npaused +since [\d-]+ [\d:]+ UTC by \S+$/m);
  expect(await read(`dataflow resume ${sz} --backlog oneByOne`)).toBe(
    `${sz} is resumed. Still paused: its zone ${lake.zone('sz')}. That what has gathered is consumed oneByOne is kept for when it is resumed.`,
  );
  expect(await read(`dataflow list --zone ${lake.zone('sz')}`)).toMatch(/ zone paused +manual /);
  expect(await read(`dataflow get ${sz}`)).toMatch(/UTC by \S+ \(migration\), with its zone \S+$/m);
  expect(await run('zone list')).toMatchObject([
    { zone: lake.zone('rz'), dataflows: 1, pausedDataflows: 0, pause: null },
    { zone: lake.zone('sz'), dataflows: 1, pausedDataflows: 0, pause: { scope: 'zone', reason: 'migration' } },
  ]);
  expect(await read('zone list')).toMatch(/ paused +1 +0 +[\d-]+ [\d:]+ UTC +\S+ +migration$/m);
  expect(await read(`zone resume ${lake.zone('sz')}`)).toBe(
    `${lake.zone('sz')} is resumed. What has gathered is consumed one by one, as an earlier resume chose.`,
  );

  const failed = await run<{ runId: string }>(`run start ${sz}`);
  await run(`run finish ${failed.runId} --status error --message no_such_bucket`);
  const retry = await run<{ runId: string }>(`run retry ${failed.runId} --by ann --reason new_bucket`);
  const shown = await read(`run get ${retry.runId}`);
  expect(shown).toContain(`retry of run ${failed.runId}`);
  expect(shown).toMatch(/^asked for by +ann\nreason +new bucket$/m);
  expect(await read(`run get ${failed.runId}`)).toMatch(new RegExp(`retry +${retry.runId} +ann +new bucket$`));
  expect(await run(`run get ${failed.runId}`)).toMatchObject({
    events: [{ event: 'started' }, { event: 'error' }, { event: 'retry', by: 'ann', reason: 'new bucket' }],
  });
  const again = await dlc(settings, ...words(`run replay ${retry.runId}`));
  expect([again.status, again.stderr]).toEqual([6, expect.stringContaining(`is open (started)`)]);
  expect(await read(`run clear ${retry.runId}`)).toBe(
    `Run ${retry.runId} is cleared: it is cancelled. What it had consumed (1 source run) went back to the queue, where a run that starts by itself may have taken it at once: see dlc ready ${sz}.`,
  );
  expect(await run(`ready ${sz}`)).toMatchObject([{ sourceRunId: runId, cause: 'clear', rerunOf: retry.runId }]);

  expect(await read('doctor')).toMatch(/^Looked at 0 open runs and 0 slots that could start\. All is well\.$/);
  expect(await run('doctor --heal')).toEqual({ healed: [], failed: [] });
  expect(await run(`operations ${sz}`)).toMatchObject([
    { kind: 'resumeDataflow', result: { backlog: 'oneByOne' } },
    { kind: 'pauseDataflow', reason: null },
    { kind: 'resumeDataflow' },
    { kind: 'pauseDataflow', reason: 'move' },
  ]);
  expect(await read('operations --limit 1')).toMatch(new RegExp(`clearRun\\s+${retry.runId}.* [\\da-f-]{36}$`));
  expect(await run(`operations ${rz}_->_${sz}`)).toMatchObject([
    { kind: 'resumeRelation' },
    { kind: 'suspendRelation' },
    { kind: 'createRelation' },
  ]);
  expect(await run(`operations ${lake.zone('sz')} --limit 2`)).toMatchObject([
    { kind: 'resumeZone' },
    { kind: 'pauseZone' },
  ]);
  await lake.coordinator.updateDataflow(sz, { trigger: { mode: 'auto' } });
  expect(await read('operations')).not.toContain('wakeDataflows');
  const nothing = await dlc(settings, ...words('operations nozone'));
  expect(nothing).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^No operations are recorded for nozone\. /),
  });
  const noZone = await dlc(settings, ...words('export --zone nozone --output never.yaml'));
  expect(noZone).toMatchObject({ status: 3, stderr: expect.stringContaining('There is no dataflow in zone nozone.') });
});

test('a late end is accepted with all that a finish tells, and what was made of a run is replayed and looked at', async () => {
  const [rz, sz] = [`${lake.zone('rz')}:late`, `${lake.zone('sz')}:late`];
  for (const key of [rz, sz]) await run(`dataflow create ${key}`);
  await run(`relation create ${rz} ${sz}`);
  const { runId } = await run<{ runId: string }>(`run start ${rz} --heartbeat-timeout 1_s`);
  await eventually(
    () => lake.coordinator.getDataflowRun(runId),
    ({ state }) => state === 'error',
  );
  const partitions = JSON.stringify({ 'date=2019-01-01': 103, 'date=2019-01-02': 4 });
  const notes = '--metadata {"owner":"fx"} --external-job-log-link http://logs/1 --config {"x":1} --timeout 20';
  expect(await read(`run accept ${runId} --partitions ${partitions} --batch-run-id b-1 ${notes} --by ann`)).toBe(
    `Run ${runId} ended success after all.`,
  );
  expect(await lake.coordinator.getDataflowRun(runId)).toMatchObject({
    state: 'success',
    recordCount: 107,
    batchRunId: 'b-1',
    partitions: [
      { partitionKey: 'date=2019-01-01', recordCount: 103 },
      { partitionKey: 'date=2019-01-02', recordCount: 4 },
    ],
    ...{ metadata: { owner: 'fx' }, config: { x: 1 }, externalJobLogLink: 'http://logs/1' },
  });
  expect(await run(`ready ${sz}`)).toHaveLength(2);

  const replay = await dlc(settings, ...words(`run replay ${runId} --downstream --request-id ${lake.taskQueue}-r`));
  expect(replay.stderr).toBe(`\nSee how far it is: dlc replay get ${lake.taskQueue}-r\n`);
  const shown = await eventually(
    () => read(`replay get ${lake.taskQueue}-r`),
    (text) => text.includes('states    running 1'),
  );
  expect(shown).toMatch(new RegExp(`^${rz} +- +running +${runId} +- +-$`, 'm'));
  const started = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow: rz, state: 'started' }),
    ({ length }) => length === 1,
  );
  await run(`run finish ${started[0]!.runId} --status success`);
  await lake.client.workflow.getHandle(`dlc-replay:${lake.taskQueue}-r`).result();
  expect(await run(`replay get ${lake.taskQueue}-r`)).toMatchObject({
    replayId: `${lake.taskQueue}-r`,
    workflowId: `dlc-replay:${lake.taskQueue}-r`,
    steps: [{ runId, state: 'success', as: started[0]!.runId, message: null }],
  });
  expect(await failure(settings, 'replay', 'get', 'nix')).toEqual({ status: 4, code: 'RUN_NOT_FOUND' });
});

test('a cancel tells who did it and why', async () => {
  const key = `${lake.zone('rz')}:stopped`;
  await run(`dataflow create ${key} --partitioned`);
  const { runId } = await run<{ runId: string }>(`run start ${key} --partition date=2018-12-31`);
  await run(`run cancel ${runId} --by ann --reason wrong_day`);
  expect(await run(`operations ${runId}`)).toMatchObject([{ kind: 'cancelRun', by: 'ann', reason: 'wrong day' }]);
  expect(await read(`run get ${runId}`)).toMatch(/cancel +- +ann +wrong day$/);

  const { backfillId } = await run<{ backfillId: string }>(`backfill start ${key} --from 2019-01-01 --to 2019-01-02`);
  expect(await run(`backfill cancel ${backfillId} --by bob --reason wrong_year`)).toMatchObject({ state: 'cancelled' });
  const [end, cancel] = await run<object[]>(`operations ${key} --limit 2`);
  expect([end, cancel]).toContainEqual(
    expect.objectContaining({ kind: 'cancelBackfill', by: 'bob', reason: 'wrong year' }),
  );
});

test('a dataflow is shown with its slot order, where that is not the usual one', async () => {
  const key = `${lake.zone('cz')}:newest`;
  const shown = await read(`dataflow create ${key} --partitioned --max-concurrent-runs 2 --slot-order newest`);
  expect(shown).toMatch(/^runs at once +2\nslot order +newest$/m);
  expect(await read(`dataflow update ${key} --slot-order ready`)).not.toContain('slot order');
});

test('what a change of a deadline leaves out stays', async () => {
  const key = `${lake.zone('cz')}:overdue`;
  await run(`dataflow create ${key} --deadline 6_hours --deadline-action start`);
  expect(await read(`dataflow update ${key} --deadline 3_hours`)).toMatch(/^deadline +3 hours: start$/m);
  expect(await read(`dataflow update ${key} --deadline-action expire`)).toMatch(/^deadline +3 hours: expire$/m);
});
