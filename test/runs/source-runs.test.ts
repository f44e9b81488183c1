// A start that names the source runs that it consumes: they are runs of its sources, or it is refused.

import { randomUUID } from 'node:crypto';
import type { StartOptions } from '../../src';
import { pair, produce, runsOf } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const start = (target: string, specificSources: string[], options: StartOptions = {}) =>
  lake.coordinator.startDataflowRunWithId(target, { dependencyCheck: 'sourceRunIds', specificSources, ...options });

test('what is no run of its sources is refused by name, however long the start would wait', async () => {
  const { target, produce: run } = await pair(lake, 'named');
  const own = await run();
  const other = await pair(lake, 'other');
  const strange = ['nonsense', randomUUID(), await other.produce(), 'ä'];
  await expect(start(target, [own, ...strange], { wait: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: `specificSources names what is no run of its sources: ${strange.join(', ')}. Check the runIds, associate their dataflow first, or leave them out.`,
    details: { field: 'specificSources', runIds: strange },
  });
  const many = Array.from({ length: 25 }, () => randomUUID());
  await expect(start(target, [...many, ...many])).rejects.toMatchObject({
    message: expect.stringContaining(`${many[19]!} and 5 more. Check`),
  });
  expect(await runsOf(lake, target)).toEqual([]);
  expect(await start(target, [own])).toMatchObject({ state: 'started', sourceCount: 1 });
});

test('a run of a source that is open, failed or consumed is none to refuse, whatever its relation', async () => {
  const { coordinator } = lake;
  const { source, target, relation, produce: run } = await pair(lake, 'accepted');
  const consumed = await run();
  const first = await coordinator.startDataflowRunWithId(target);
  await coordinator.finishDataflowRun('success', first.runId);
  const failed = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('error', failed.runId);
  const open = await coordinator.startDataflowRunWithId(source);
  for (const runId of [consumed, failed.runId, open.runId]) {
    await expect(start(target, [runId])).rejects.toMatchObject({
      code: 'DEPENDENCY_NOT_READY',
      message: expect.stringContaining(`waiting for ${runId}. Start it again when they are ready (one that failed`),
    });
  }
  await coordinator.operations.suspendRelation(relation);
  const waiting = await start(target, [open.runId], { wait: true });
  await coordinator.finishDataflowRun('success', open.runId);
  await coordinator.operations.resumeRelation(relation);
  expect(await coordinator.waitForDataflowRunStart(waiting.runId)).toBe('started');
  await coordinator.finishDataflowRun('success', waiting.runId);
});

test('nothing of a source whose relation is terminated comes any more, until the two are associated anew', async () => {
  const { coordinator } = lake;
  const { source, target, relation, produce: run } = await pair(lake, 'terminated');
  const left = await run();
  await coordinator.operations.terminateRelation(relation);
  await expect(start(target, [left], { wait: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'specificSources', runIds: [left] },
  });
  await coordinator.associateSourceToTarget(source, target);
  const next = await produce(lake, source);
  expect((await start(target, [next])).dataflowQueueList).toMatchObject([{ sourceRunId: next }]);
});
