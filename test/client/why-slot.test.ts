// "Why has it no run?" of a slot: what would keep a start from starting comes before what would start it, and what lies ready is
// told by why it was queued.

import { pair, produce } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const auto = { trigger: { mode: 'auto' } } as const;
const why = (dataflow: string, partitionKey?: string) => lake.coordinator.why({ dataflow, partitionKey });

describe('a dataflow without relations', () => {
  const create = (name: string, options = {}) =>
    lake.coordinator.createDataflow(lake.zone('sz'), name, '', '', options);

  test('whose rule names what is no source of it says so, and what to do; a run that waits does too', async () => {
    const { coordinator } = lake;
    const strange = `${lake.zone('rz')}:strange`;
    await coordinator.createDataflow(lake.zone('rz'), 'strange');
    const id = await create('strange', { trigger: { when: { all: [strange] } } });
    await expect(coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({ code: 'DEPENDENCY_NOT_READY' });
    const advice =
      `Its rule names ${strange}, which is no source of it, so nothing of that ever comes: ` +
      'associate it as a source (dlc relation create), or take it out of the rule.';
    expect((await why(id)).text).toBe(
      `${lake.zone('sz')}:strange has no open run: somebody starts it (trigger mode manual), ` +
        `and it is waiting for ${strange} (no source of it). ${advice}`,
    );
    await coordinator.operations.pauseDataflow(id);
    expect((await why(id)).text).toContain(advice);
    await coordinator.operations.resumeDataflow(id);
    const { runId } = await coordinator.startDataflowRunWithId(id, { wait: true });
    expect((await coordinator.why({ runId })).text).toContain(advice);
    await coordinator.cancelDataflowRun(runId);
  });

  test('whose target can take no such partition says so', async () => {
    const { coordinator } = lake;
    const id = await create('blocked', { partitioned: true });
    const target = await create('blocked-target', { partitioned: true });
    await coordinator.associateSourceToTarget(id, target, { partition: 'hour→day as date' });
    await expect(coordinator.startDataflowRunWithId(id, { partitionKey: 'batch=7' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const { text, blocked } = await why(id, 'batch=7');
    expect(text).toContain("It has no sources. It can't start in this slot: ");
    expect(text).toContain(blocked);
    expect((await why(id, 'hour=2019-01-01T00')).text).toMatch(/It has no sources, so it may at any time\.$/);
    // Its sources come first, but the partition is as much in the way.
    expect((await why(target, 'date=2019-01-01')).text).not.toContain("can't start in this slot");
    expect((await why(target, 'batch=7')).text).toContain("It can't start in this slot: No source of ");
  });

  test('that has no place left says so; paused or disabled, that', async () => {
    const { coordinator } = lake;
    const id = await create('full', { partitioned: true, maxConcurrentRuns: 1 });
    const { runId } = await coordinator.startDataflowRunWithId(id, { partitionKey: 'd=1' });
    expect((await why(id, 'd=2')).text).toMatch(
      /It has no sources\. A start would be waiting for a place: 1 of 1 run at once are running\.$/,
    );
    await coordinator.operations.pauseDataflow(id, { by: 'ann' });
    expect((await why(id, 'd=2')).text).toMatch(/has no open run: .* is paused since .* by ann/);
    await coordinator.operations.disableDataflow(id, { by: 'ann' });
    expect((await why(id, 'd=2')).text).toMatch(/it is disabled since .* UTC by ann, so nothing can start it\.$/);
    await coordinator.finishDataflowRun('success', runId);
  });
});

test('a slot that lacks sources and could take no such partition says both', async () => {
  const { coordinator } = lake;
  const { target } = await pair(lake, 'both', { partitioned: true });
  const last = await coordinator.createDataflow(lake.zone('cz'), 'both', '', '', { partitioned: true });
  await coordinator.associateSourceToTarget(target, last, { partition: 'hour→day as date' });
  const { text, blocked } = await why(target, 'batch=7');
  expect(text).toContain('never ran.');
  expect(text).toContain(`It can't start in this slot: ${String(blocked)}`);
});

describe('what lies ready in a slot that its sources start', () => {
  const age = (target: string) =>
    lake.db.write('UPDATE dataflow_queue SET ready_at = ready_at - INTERVAL 1 HOUR WHERE target_dataflow_id = ?', [
      target,
    ]);
  // Behind the back of whoever would wake it.
  const makeAuto = (target: string) =>
    lake.db.write(`UPDATE dataflow SET trigger_mode = 'auto' WHERE id = ?`, [target]);

  test('is what its last run gave back when it failed', async () => {
    const { coordinator } = lake;
    const { target, produce: run } = await pair(lake, 'released', { onError: 'release' });
    await run();
    const { runId } = await coordinator.startDataflowRunWithId(target);
    await coordinator.finishDataflowRun('error', runId);
    expect((await why(target)).text).toContain(`1 source run is what run ${runId} gave back when it failed.`);
    await makeAuto(target);
    const { text, causes, wakeUp } = await why(target);
    expect(text).toMatch(
      new RegExp(
        `although its rule is met \\(1 source run ready\\): they are what run ${runId} gave back when it failed\\. ` +
          'That starts nothing by itself: the next source run that finishes does, or somebody\\.$',
      ),
    );
    expect(causes).toEqual([{ cause: 'release', rerunOf: runId, count: 1, newest: expect.any(Date) }]);
    expect(wakeUp).toBeNull();
  });

  test('is about to be consumed, or its wake-up was lost, or no worker takes it', async () => {
    const { target, targetKey, produce: run } = await pair(lake, 'lost');
    await run();
    await makeAuto(target);
    expect((await why(target)).text).toMatch(/\(1 source run ready\): a wake-up is under way\.$/);
    await age(target);
    const { text, wakeUp } = await why(target);
    expect(text).toMatch(/its wake-up was lost\. The housekeeper sends another; dlc doctor --heal does so at once\.$/);
    expect(wakeUp).toBe('lost');

    const workflowId = `dlc:${targetKey}`;
    const args = [{ dataflow: targetKey, triggered: true }];
    const taskQueue = `${lake.taskQueue}-nobody`;
    const handle = await lake.client.workflow.start('dataflowRun', { workflowId, taskQueue, args });
    expect(await why(target)).toMatchObject({
      wakeUp: 'noWorker',
      text: expect.stringContaining(
        `no worker has taken it: ask Temporal who works on the task queue of ${workflowId}.`,
      ),
    });
    await handle.terminate();
  });

  test('is in part what a failed run gave back, and what was cleared', async () => {
    const { coordinator } = lake;
    const { target, source, produce: run } = await pair(lake, 'mixed', { onError: 'release' });
    const ids = [await run()];
    const failed = await coordinator.startDataflowRunWithId(target);
    await coordinator.finishDataflowRun('error', failed.runId);
    ids.push(await produce(lake, source));
    const cleared = await coordinator.startDataflowRunWithId(target, {
      dependencyCheck: 'sourceRunIds',
      specificSources: [ids[1]!],
    });
    await coordinator.operations.clearRun(cleared.runId);
    await makeAuto(target);
    await age(target);
    expect((await why(target)).text).toMatch(
      new RegExp(
        `its wake-up was lost\\..*1 source run is what run ${failed.runId} gave back when it failed\\. ` +
          `1 source run is what run ${cleared.runId} had claimed when it was cleared\\.$`,
      ),
    );
  });
});

test('a dataflow that finished sources start, and that has none, is started by nobody but people', async () => {
  const id = await lake.coordinator.createDataflow(lake.zone('sz'), 'lonely', '', '', auto);
  expect((await why(id)).text).toBe(
    `${lake.zone('sz')}:lonely has no open run: a finished source starts it. It has no sources, so nothing does; somebody may at any time.`,
  );
});
