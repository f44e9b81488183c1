// `dlc doctor`: what was broken from outside, its cure, and what stays as it is.

import { LineagePlugin } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { pauseExecution } from '../support/pause';
import { dlc, json, settingsOf } from './dlc';
import type { Settings } from './dlc';

let lake: Lake;
let settings: Settings;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  await lake.startWorker({
    plugins: [new LineagePlugin({ mysql: lake.mysqlUrl, housekeeper: false, warn: () => undefined })],
  });
  settings = settingsOf(lake);
});
afterAll(() => lake.close());

test('the doctor shows what is broken, heals it, and tells what it could not', async () => {
  const { coordinator, client, db } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'gone');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await client.workflow.getHandle(workflowId).terminate();
  await db.write('UPDATE dataflow_run SET started_at = started_at - INTERVAL 1 HOUR WHERE run_id = ?', [runId]);

  const shown = (await dlc(settings, 'doctor')).stdout.trim();
  expect(shown).toMatch(new RegExp(`^Run ${runId} .* isn't running: it is to be orphaned\\.\n.* heals it now`));

  await db.write(
    `CREATE TRIGGER cursed BEFORE UPDATE ON dataflow_run FOR EACH ROW
     IF NEW.state = 'orphaned' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cursed'; END IF`,
  );
  expect(await json(settings, 'doctor', '--heal')).toMatchObject({ healed: [], failed: [{ doing: 'heal' }] });
  const failed = (await dlc(settings, 'doctor', '--heal')).stdout.trim();
  expect(failed).toMatch(
    new RegExp(`^Could not be healed: Run ${runId} .*cursed.*\nHealed 0 findings; 1 could not be\\.`),
  );
  await db.write('DROP TRIGGER cursed');

  expect(await json(settings, 'doctor', '--heal')).toMatchObject({
    healed: [{ kind: 'goneOwner', runId }],
    failed: [],
  });
  expect((await dlc(settings, 'doctor')).stdout).toContain('All is well.');

  const [source, target] = [`${lake.zone('rz')}:gone`, `${lake.zone('sz')}:waits`];
  await coordinator.createDataflow(lake.zone('sz'), 'waits', '', '', { trigger: { when: { all: [source] } } });
  await db.write('UPDATE dataflow SET updated_at = updated_at - INTERVAL 1 HOUR');
  expect((await dlc(settings, 'doctor')).stdout).toContain(
    `${target} can never start by its rule: ${source} is no source of it. Associate them with it (dlc relation create), resume them, or change its rule (trigger.when).\nLooked at 0 open runs and 0 slots that could start. Nothing here heals by itself.`,
  );
});

test('the doctor tells of an execution that is paused, and leaves it to whoever paused it', async () => {
  const { coordinator, client, db } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'paused');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(id);
  await db.write('UPDATE dataflow_run SET started_at = started_at - INTERVAL 1 HOUR WHERE run_id = ?', [runId]);
  await pauseExecution(lake, workflowId);
  expect((await dlc(settings, 'doctor')).stdout).toMatch(
    new RegExp(`^Run ${runId} .* unpauses its workflow .*by ann: a look at it\\.\n[^]*Nothing here heals by itself\\.`),
  );
  expect(await json(settings, 'doctor', '--heal')).toEqual({ healed: [], failed: [] });
  await client.workflow.getHandle(workflowId).terminate();
});
