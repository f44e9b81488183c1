// Rule 3: the worker is killed on every line that matters; the retry changes nothing twice, and nothing is lost.

import { crashing, signalOf } from '../support/crashing';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import { eventually } from '../support/wait';

// Temporal gives a dead worker's task to another after ten seconds, sometimes twice in a story.
jest.setTimeout(240_000);

// In an auto target's life: 1 its source's open, 2 the source's finish, 3 the target's open.
// Side by side, each in a lake of its own: Temporal gives a dead worker's task to another after ten seconds.
test.concurrent.each([
  'before-commit:1',
  'after-commit:1',
  'before-commit:2',
  'after-commit:2',
  'before-commit:3',
  'after-commit:3',
])('a worker killed %s is replaced by another, which changes nothing twice and loses nothing', async (crash) => {
  const lake = await makeLake({ worker: false });
  const { coordinator, db } = lake;
  const name = crash.replace(':', '-');
  const source = await coordinator.createDataflow(lake.zone('rz'), name);
  const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode: 'auto' } });
  await coordinator.associateSourceToTarget(source, target);

  const died = signalOf(await crashing('worker', lake, crash));
  const story = (async () => {
    const sourceRun = await coordinator.startDataflowRunWithId(source, { timeoutMs: 50_000 });
    await coordinator.finishDataflowRun('success', sourceRun.runId, { recordCount: 7, timeoutMs: 50_000 });
    return sourceRun;
  })();
  expect(await died).toBe('SIGKILL');
  await lake.startWorker();
  const sourceRun = await story;
  const [targetRun] = await eventually(
    () => coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
    (runs) => runs.length > 0,
  );
  await coordinator.finishDataflowRun('success', targetRun?.runId ?? '', { timeoutMs: 50_000 });

  const { dataflowQueueList } = await coordinator.getDataflowRun(targetRun?.runId ?? '');
  expect(dataflowQueueList.map((row) => row.sourceRunId)).toEqual([sourceRun.runId]);
  expect(await coordinator.listDataflowRuns({ dataflow: source })).toHaveLength(1);
  expect(await coordinator.listDataflowRuns({ dataflow: target })).toHaveLength(1);
  const events = await db.select<{ event: string }>(
    `SELECT event FROM run_event WHERE run_id IN (?) ORDER BY run_id = ? DESC, id`,
    [[sourceRun.runId, targetRun?.runId ?? ''], sourceRun.runId],
  );
  expect(events.map(({ event }) => event)).toEqual(['started', 'success', 'started', 'success']);
  expect(await violations(db)).toEqual([]);
  await lake.close();
});
