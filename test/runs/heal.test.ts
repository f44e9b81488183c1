// What healing does where it meets trouble of its own.

import { LineagePlugin } from '../../src';
import type { Finding } from '../../src';
import { eventsOf, finishOpen, pair } from '../support/flow';
import { eventTypes } from '../support/history';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
const told: string[] = [];
const warn = (line: string): void => void told.push(line);
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  await lake.startWorker({ plugins: [new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: false, warn })] });
});
afterAll(() => lake.close());

const NOW = { graceMs: 0 };
const kinds = (findings: readonly Finding[]): string[] => findings.map(({ kind }) => kind);

/** An open run whose workflow is gone. */
async function goneRun(name: string): Promise<string> {
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), name);
  const { runId, workflowId } = await lake.coordinator.startDataflowRunWithId(id);
  await lake.client.workflow.getHandle(workflowId).terminate();
  return runId;
}

/** MySQL refuses to write this of a run. */
const curse = (table: string, when: 'INSERT' | 'UPDATE', condition: string) =>
  lake.db.write(
    `CREATE TRIGGER cursed BEFORE ${when} ON ${table} FOR EACH ROW
     IF ${condition} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cursed'; END IF`,
  );
const redeem = (): Promise<unknown> => lake.db.write('DROP TRIGGER cursed');

const signalsOf = async (workflowId: string): Promise<number> =>
  (await eventTypes(lake.client, workflowId)).filter((type) => type === 'WORKFLOW_EXECUTION_SIGNALED').length;

test('what can not be healed is told, and keeps nothing else from being healed', async () => {
  const { coordinator } = lake;
  const first = await goneRun('cursed');
  const others = [await goneRun('other1'), await goneRun('other2')];
  await curse('dataflow_run', 'UPDATE', `NEW.run_id = '${first}' AND NEW.state = 'orphaned'`);
  const { healed, failed } = await coordinator.heal(NOW);
  expect(healed.map((finding) => 'runId' in finding && finding.runId).sort()).toEqual(others.sort());
  const trouble = { doing: 'heal', what: expect.stringContaining(first), reason: expect.stringContaining('cursed') };
  expect(failed).toEqual([trouble]);
  expect(told).toContainEqual(expect.stringMatching(`^Could not be healed: Run ${first} .*cursed`));
  expect(kinds((await coordinator.examine(NOW)).findings)).toEqual(['goneOwner']);

  const later = await goneRun('later');
  const plugins = [
    new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: { intervalMs: 200, graceMs: 0 }, warn: () => undefined }),
  ];
  const housekeeper = await lake.startWorker({ taskQueue: `${lake.taskQueue}-keeper`, plugins });
  await eventually(
    () => coordinator.getDataflowRun(later),
    ({ state }) => state === 'orphaned',
  );
  await housekeeper.stop();
  expect(await coordinator.getDataflowRun(first)).toMatchObject({ state: 'started' });
  await redeem();
  expect(kinds((await coordinator.heal(NOW)).healed)).toEqual(['goneOwner']);
});

test('what can not be looked at is told, and keeps nothing else from being found', async () => {
  const { coordinator, db } = lake;
  const { target, produce } = await pair(lake, 'unreadable');
  const { runId } = await coordinator.startDataflowRunWithId(target, { wait: true });
  await db.write(`UPDATE dataflow_run SET rule = '{"all":[{"any":7}]}' WHERE run_id = ?`, [runId]);
  const gone = await goneRun('beside');
  const { findings, failed } = await coordinator.examine(NOW);
  expect(findings).toEqual([expect.objectContaining({ kind: 'goneOwner', runId: gone })]);
  expect(failed).toEqual([{ doing: 'look', what: expect.stringContaining(runId), reason: expect.any(String) }]);
  const healing = await coordinator.heal(NOW);
  expect(kinds(healing.healed)).toEqual(['goneOwner']);
  expect(healing.failed).toMatchObject([{ doing: 'look' }]);
  await db.write(`UPDATE dataflow_run SET rule = NULL WHERE run_id = ?`, [runId]);
  await produce();
  await coordinator.waitForDataflowRunStart(runId);
  await coordinator.finishDataflowRun('success', runId);
});

test('what was healed is told in the transaction that healed it', async () => {
  const { coordinator, db } = lake;
  const gone = await goneRun('told');
  await curse('run_event', 'INSERT', `NEW.run_id = '${gone}' AND NEW.event = 'heal'`);
  expect(await coordinator.heal(NOW)).toMatchObject({ healed: [], failed: [{ doing: 'heal' }] });
  expect(await coordinator.getDataflowRun(gone)).toMatchObject({ state: 'started' });
  await redeem();
  expect(kinds((await coordinator.heal(NOW)).healed)).toEqual(['goneOwner']);
  expect(await eventsOf(lake, gone)).toEqual(['started', 'orphaned', 'heal']);

  const { target, produce } = await pair(lake, 'held');
  const source = await produce();
  await db.write(`UPDATE dataflow_queue SET withheld_by = 'replay:gone' WHERE source_run_id = ?`, [source]);
  expect(kinds((await coordinator.heal(NOW)).healed)).toEqual(['staleHold']);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(target)).toHaveLength(1);
  expect(await eventsOf(lake, source)).toEqual(['started', 'success', 'heal']);
});

test('a workflow whose workers are away is woken once', async () => {
  const { coordinator, db } = lake;
  const taskQueue = `${lake.taskQueue}-away`;
  const worker = await lake.startWorker({ taskQueue });
  const waiting = await pair(lake, 'away-waiting', { taskQueue });
  const run = await coordinator.startDataflowRunWithId(waiting.target, { wait: true });
  await worker.stop();
  await db.write(`UPDATE dataflow_run SET rule = NULL, dependency_check = 'ignore' WHERE run_id = ?`, [run.runId]);
  const idle = await pair(lake, 'away-idle', { taskQueue, trigger: { mode: 'auto' } });
  const source = await idle.produce();
  expect(kinds((await coordinator.examine(NOW)).findings)).toEqual(['lostWakeup', 'idleSlot']);

  expect(kinds((await coordinator.heal(NOW)).healed)).toEqual(['lostWakeup']);
  expect((await coordinator.heal(NOW)).healed).toEqual([]);
  expect(kinds((await coordinator.examine(NOW)).findings)).toEqual(['lostWakeup', 'idleSlot']);
  expect([await signalsOf(run.workflowId), await signalsOf(`dlc:${idle.targetKey}`)]).toEqual([1, 1]);
  expect(await eventsOf(lake, run.runId)).toEqual(['waiting', 'heal']);
  expect(await eventsOf(lake, source)).toEqual(['started', 'success']);

  await lake.startWorker({ taskQueue });
  expect(await coordinator.waitForDataflowRunStart(run.runId)).toBe('started');
  await coordinator.finishDataflowRun('success', run.runId);
  await finishOpen(lake, idle.target);
});

test('a slot whose workflow fails before it opens a run is woken more and more seldom', async () => {
  const { coordinator, client, db } = lake;
  const intervalMs = 200;
  const { taskQueue } = lake;
  const own = { workflowType: 'brokenEtl', taskQueue };
  const { target, targetKey, produce } = await pair(lake, 'fails', { trigger: { mode: 'auto' }, ...own });
  const source = await produce();
  const plugins = [
    new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: { intervalMs, graceMs: 0 }, warn: () => undefined }),
  ];
  const housekeeper = await lake.startWorker({ taskQueue: `${lake.taskQueue}-keeper`, plugins });
  const heals = () =>
    db.select<{ at: Date }>(`SELECT at FROM run_event WHERE run_id = ? AND event = 'heal' ORDER BY id`, [source]);
  const [first, second, third] = await eventually(heals, ({ length }) => length >= 3);
  await housekeeper.stop();
  expect(second!.at.getTime() - first!.at.getTime()).toBeGreaterThanOrEqual(2 * intervalMs);
  expect(third!.at.getTime() - second!.at.getTime()).toBeGreaterThanOrEqual(4 * intervalMs);
  // Who asks for it doesn't have to wait.
  await eventually(
    () => client.workflow.getHandle(`dlc:${targetKey}`).describe(),
    ({ status }) => status.name === 'FAILED',
  );
  expect(kinds((await coordinator.heal(NOW)).healed)).toEqual(['idleSlot']);
  await coordinator.operations.disableDataflow(target);
});
