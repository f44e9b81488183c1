// A replay that is cancelled, or one of whose runs is: nothing is withheld for ever.

import { pair, produce, runIn, runsOf } from '../support/flow';
import { gate } from '../support/gate';
import { eventTypes } from '../support/history';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
let work: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  lake = await makeLake({ activities: { job: () => work() } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const JOB = { job: { type: 'activity', name: 'job', retry: { maximumAttempts: 1 } } } as const;
const withheld = () => lake.db.select('SELECT id FROM dataflow_queue WHERE withheld_by IS NOT NULL');

test('a job that goes on to its success after the cancel leaves it to its target', async () => {
  const { coordinator, client } = lake;
  const { source, target } = await pair(lake, 'goes-on', { trigger: { mode: 'auto', when: 'any' }, ...JOB }, JOB);
  await coordinator.startDataflowRunWithId(source);
  const first = await runIn(lake, target, 'success');
  const { runId: root } = await runIn(lake, source, 'success');
  const letGo = gate();
  work = () => letGo.opened;
  const { workflowId } = await coordinator.replayDownstream(root);
  const again = await runIn(lake, source, 'started');
  const replay = client.workflow.getHandle(workflowId);
  await replay.cancel();
  await eventually(
    () => eventTypes(client, again.workflowId),
    (types) => types.includes('WORKFLOW_EXECUTION_CANCEL_REQUESTED'),
  );
  letGo.open();
  await expect(replay.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(await coordinator.getDataflowRun(again.runId)).toMatchObject({ state: 'success' });
  const runs = await eventually(
    () => runsOf(lake, target, 'success'),
    ({ length }) => length === 2,
  );
  expect(runs.map(({ runId, rerunOf }) => [runId === first.runId, rerunOf])).toEqual([
    [false, null],
    [true, null],
  ]);
  expect(await withheld()).toEqual([]);
  expect((await coordinator.getReplay(workflowId.replace('dlc-replay:', ''))).steps).toMatchObject([
    { state: 'success', as: again.runId },
    { state: 'skipped', message: 'The replay was cancelled.' },
  ]);
});

test('a run of it that somebody cancels is one that failed: the others go on', async () => {
  const { coordinator } = lake;
  const create = (zone: string) => coordinator.createDataflow(lake.zone(zone), 'one-of-two');
  const [source, one, behind, other] = [await create('rz'), await create('sz'), await create('cz'), await create('oz')];
  await coordinator.associateSourceToTarget(source, one);
  await coordinator.associateSourceToTarget(source, other);
  await coordinator.associateSourceToTarget(one, behind);
  const root = await produce(lake, source);
  for (const dataflow of [one, other, behind]) await produce(lake, dataflow);
  const { replayId } = await coordinator.replayDownstream(root);
  await coordinator.finishDataflowRun('success', (await runIn(lake, source, 'started')).runId);
  await coordinator.cancelDataflowRun((await runIn(lake, one, 'started')).runId);
  await coordinator.finishDataflowRun('success', (await runIn(lake, other, 'started')).runId);
  const { steps } = await eventually(
    () => coordinator.getReplay(replayId),
    (replay) => replay.steps.every(({ state }) => !['pending', 'running'].includes(state)),
  );
  expect(steps.map(({ state }) => state)).toEqual(['success', 'failed', 'success', 'skipped']);
  await eventually(withheld, ({ length }) => length === 0);
});
