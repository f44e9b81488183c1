// What healing does where it meets trouble of its own.

import { LineagePlugin } from '../../src';
import type { Finding } from '../../src';
import { pair } from '../support/flow';
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

/** MySQL refuses to end this run. */
const cursed = async (runId: string): Promise<void> => {
  await lake.db.write(
    `CREATE TRIGGER cursed BEFORE UPDATE ON dataflow_run FOR EACH ROW
     IF NEW.run_id = '${runId}' AND NEW.state = 'orphaned'
     THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cursed'; END IF`,
  );
};
const redeem = (): Promise<unknown> => lake.db.write('DROP TRIGGER cursed');

test('what can not be healed is told, and keeps nothing else from being healed', async () => {
  const { coordinator } = lake;
  const first = await goneRun('cursed');
  const others = [await goneRun('other1'), await goneRun('other2')];
  await cursed(first);
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
