// "Why did it end?": of a run that never started the rule as it stood at its end, and of each who wanted it, and why.

import { finishOpen, pair, produce, runIn, runsOf } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const why = (runId: string) => lake.coordinator.why({ runId });
const textOf = async (runId: string): Promise<string> => (await why(runId)).text;
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;
const ann = { by: 'ann', reason: 'because' };

/** A waiting run that lacks one of the two source runs that it wants. */
async function lacking(name: string, options = {}) {
  const cast = await pair(lake, name);
  await cast.produce();
  const dependencyCheck = { all: [{ source: cast.sourceKey, count: 2 }] };
  const { runId } = await lake.coordinator.startDataflowRunWithId(cast.target, {
    wait: true,
    dependencyCheck,
    ...options,
  });
  const explanation = { satisfied: false, of: [{ source: cast.sourceKey, ready: 1, need: 2, satisfied: false }] };
  return { ...cast, runId, explanation, lacks: `it was waiting for ${cast.sourceKey} (has 1 of 2).` };
}

describe('a run that ended without having started tells what it lacked then', () => {
  test('when it expired', async () => {
    const { runId, source, explanation, lacks } = await lacking('expired', { deadline: '1 s' });
    expect(await lake.coordinator.waitForDataflowRunStart(runId)).toBe('expired');
    // What comes later is no part of that.
    await produce(lake, source);
    const answer = await why(runId);
    expect(answer).toMatchObject({ state: 'expired', explanation });
    expect(answer.text).toMatch(new RegExp(`It ended expired at ${TIME}: It didn't start within 1 s: `));
    expect(answer.text.endsWith(lacks)).toBe(true);
  });

  test('when it was cancelled', async () => {
    const { runId, explanation, lacks } = await lacking('cancelled');
    await lake.coordinator.cancelDataflowRun(runId, ann);
    const answer = await why(runId);
    expect(answer).toMatchObject({
      state: 'cancelled',
      explanation,
      operations: [{ kind: 'cancelRun', subject: runId, ...ann, at: expect.any(Date) }],
    });
    expect(answer.text).toMatch(new RegExp(`It ended cancelled at ${TIME}, cancelled by ann \\(because\\): `));
    expect(answer.text).toContain(lacks.replace('it was', 'It was'));
  });

  test('when its dataflow was disabled, with by whom', async () => {
    const { runId, target, targetKey, explanation } = await lacking('disabled');
    const { operations } = lake.coordinator;
    await operations.disableDataflow(target, ann);
    const answer = await eventually(
      () => why(runId),
      ({ state }) => state === 'cancelled',
    );
    // That others say so once more, or enable it, is no part of that.
    await operations.disableDataflow(target, { by: 'bob' });
    const since = `since its dataflow was disabled by ann \\(because\\): ${targetKey} is disabled\\.`;
    expect(answer.text).toMatch(new RegExp(`It ended cancelled at ${TIME}, ${since} It was waiting for `));
    expect(answer).toMatchObject({ explanation, turnedOff: { status: 'disabled', ...ann } });
    expect((await lake.coordinator.why({ dataflow: target })).text).toMatch(
      new RegExp(`it is disabled since ${TIME} by ann \\(because\\), so nothing can start it\\.$`),
    );
    await operations.enableDataflow(target);
    expect((await why(runId)).turnedOff).toMatchObject(ann);
    expect((await lake.coordinator.why({ dataflow: target })).turnedOff).toBeNull();
  });

  test('when its workflow was gone', async () => {
    const { runId, target, explanation, lacks } = await lacking('gone');
    await lake.client.workflow.getHandle((await lake.coordinator.getDataflowRun(runId)).workflowId).terminate();
    await lake.coordinator.cancelDataflowRun(runId, ann);
    const answer = await why(runId);
    expect(answer).toMatchObject({ state: 'orphaned', explanation });
    expect(answer.text).toMatch(new RegExp(`It ended orphaned at ${TIME}, cancelled by ann \\(because\\): `));
    expect(answer.text).toContain(lacks.replace('it was', 'It was'));
    expect(await runsOf(lake, target, 'waiting')).toEqual([]);
  });
});

test('a run that had started tells who cancelled it, and one that was cleared who did that', async () => {
  const { coordinator } = lake;
  const { target, produce: run } = await pair(lake, 'started');
  await run();
  const first = await coordinator.startDataflowRunWithId(target);
  await coordinator.cancelDataflowRun(first.runId, ann);
  expect(await textOf(first.runId)).toMatch(new RegExp(`ended cancelled at ${TIME}, cancelled by ann \\(because\\): `));
  await run();
  const second = await coordinator.startDataflowRunWithId(target);
  await coordinator.operations.clearRun(second.runId, { by: 'bob' });
  await eventually(
    () => textOf(second.runId),
    (text) => new RegExp(`ended cancelled at ${TIME}, cleared by bob: `).test(text),
  );
});

test('a run that was orphaned, and cleared then, tells that in its order', async () => {
  const { coordinator } = lake;
  const { target, targetKey, produce: run } = await pair(lake, 'orphaned');
  await run();
  const { runId } = await coordinator.startDataflowRunWithId(target);
  await lake.client.workflow.getHandle(`dlc:${targetKey}`).terminate();
  await coordinator.heal({ graceMs: 0 });
  await coordinator.operations.clearRun(runId, ann);
  expect(await textOf(runId)).toMatch(
    new RegExp(`It ended orphaned at ${TIME}: .*\\. It was cleared by ann \\(because\\) at ${TIME}\\. `),
  );
});

test('a run whose late end was accepted tells by whom, and that its lease had expired', async () => {
  const { coordinator } = lake;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'accepted');
  const { runId } = await coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 s' });
  await runIn(lake, id, 'error');
  await coordinator.operations.acceptRun(runId, { status: 'success', recordCount: 3 }, ann);
  expect(await textOf(runId)).toMatch(
    new RegExp(
      `It ended success with 3 rows at ${TIME}\\. Its end was accepted by ann \\(because\\) after its lease had expired\\.$`,
    ),
  );
});

describe('what a run consumed had gathered until somebody resumed', () => {
  test('its dataflow: each run of a backlog says so, and none of what comes later', async () => {
    const { operations } = lake.coordinator;
    const { target, targetKey, produce: run } = await pair(lake, 'resumed', { trigger: { mode: 'auto' } });
    await operations.pauseDataflow(target);
    await run();
    await run();
    await operations.resumeDataflow(target, { backlog: 'oneByOne', ...ann });
    const once = `because a finished source asked for it, once ann had resumed ${targetKey} (because), and its rule was met`;
    for (let backlog = 0; backlog < 2; backlog++) expect(await textOf(await finishOpen(lake, target))).toContain(once);
    await run();
    const { text, start } = await why(await finishOpen(lake, target));
    expect(text).toContain('because a finished source asked for it and its rule was met');
    expect(start?.resumed).toBeNull();
  });

  test('its zone, or its relation', async () => {
    const { operations } = lake.coordinator;
    const {
      target,
      relation,
      sourceKey,
      targetKey,
      produce: run,
    } = await pair(lake, 'others', {
      trigger: { mode: 'auto' },
    });
    await operations.pauseZone(lake.zone('sz'));
    await run();
    await operations.resumeZone(lake.zone('sz'), ann);
    expect(await textOf(await finishOpen(lake, target))).toContain(`once ann had resumed zone ${lake.zone('sz')} (`);
    await operations.suspendRelation(relation);
    await run();
    await operations.resumeRelation(relation, ann);
    expect(await textOf(await finishOpen(lake, target))).toContain(
      `once ann had resumed ${sourceKey} → ${targetKey} (because)`,
    );
  });
});
