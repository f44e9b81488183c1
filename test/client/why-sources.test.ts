// "What became of the sources that it waits for?": of their runs those for the slot, and whether any can come at all.

import { randomUUID } from 'node:crypto';
import type { StartOptions } from '../../src';
import { pair, produce } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const why = (dataflow: string, partitionKey?: string) => lake.coordinator.why({ dataflow, partitionKey });

async function fail(dataflow: string, partitionKey?: string): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(dataflow, { partitionKey });
  await lake.coordinator.finishDataflowRun('error', runId);
  return runId;
}

test.each(['same', 'keep:date'])(
  'a slot (%s) tells of the run for its own partition, whatever ran since',
  async (partition) => {
    const { coordinator } = lake;
    const flow = await pair(lake, partition.slice(0, 4), { partitioned: true }, { partitioned: true }, { partition });
    const { source, sourceKey, target } = flow;
    const [first, second] = ['date=2019-01-01', 'date=2019-01-02'];
    const failed = await fail(source, first);
    const other = await flow.produce(second);
    const { runId } = await coordinator.startDataflowRunWithId(target, { partitionKey: first, wait: true });
    const { text, sources } = await coordinator.why({ runId });
    expect(text).toContain(`${sourceKey} has finished no run for it; its run ${failed} for ${first} ended error at `);
    expect(sources).toMatchObject([{ lastRun: { runId: failed, state: 'error', partitionKey: first } }]);
    await coordinator.cancelDataflowRun(runId);

    const open = await coordinator.startDataflowRunWithId(source, { partitionKey: first });
    expect((await why(target, first)).text).toContain(`; its run ${open.runId} for ${first} is started since `);
    // Of one that has none, the newest is at least named with what it is for.
    expect((await why(target, 'date=2019-01-03')).text).toContain(
      `; its run ${open.runId} for ${first} is started since `,
    );
    await coordinator.finishDataflowRun('error', open.runId);
    const { text: consumable } = await why(target, second);
    expect(consumable).toContain('Its rule is met: 1 source run ready.');
    expect((await why(target, second)).sources).toMatchObject([{ lastRun: { runId: other, partitionKey: second } }]);
  },
);

test('a day tells of the hour that runs now, though hours of another day came later', async () => {
  const { coordinator } = lake;
  const { source, target } = await pair(
    lake,
    'hours',
    { partitioned: true },
    { partitioned: true },
    { partition: 'hour→day as date' },
  );
  const open = await coordinator.startDataflowRunWithId(source, { partitionKey: 'hour=2019-01-01T05' });
  await produce(lake, source, 'hour=2019-01-02T00');
  expect((await why(target, 'date=2019-01-01')).text).toContain(
    `has finished no run for it; its run ${open.runId} for hour=2019-01-01T05 is started since `,
  );
  await coordinator.finishDataflowRun('success', open.runId);
});

test('a source that is disabled or paused is told to be, where it is waited for', async () => {
  const { operations } = lake.coordinator;
  const { source, sourceKey, target, produce: run } = await pair(lake, 'off');
  await operations.pauseDataflow(source, { by: 'ann', reason: 'migration' });
  const paused = await why(target);
  expect(paused.text).toMatch(
    new RegExp(`never ran\\. Nothing of it starts: ${sourceKey} is paused since .* UTC by ann \\(migration\\)\\.$`),
  );
  expect(paused.sources).toMatchObject([{ status: 'enabled', pause: { scope: 'dataflow', by: 'ann' } }]);
  await operations.resumeDataflow(source);
  await operations.pauseZone(lake.zone('rz'), { by: 'ops' });
  expect((await why(target)).text).toContain(`Nothing of it starts: zone ${lake.zone('rz')} is paused since `);
  await operations.resumeZone(lake.zone('rz'));
  await operations.disableDataflow(source);
  const { text, sources } = await why(target);
  expect(text).toMatch(/never ran\. Nothing of it starts: it is disabled\.$/);
  expect(sources).toMatchObject([{ status: 'disabled', pause: null }]);
  await operations.enableDataflow(source);
  await run();
  await operations.disableDataflow(source);
  expect((await why(target)).text).not.toContain('Nothing of it starts');
});

test('a run whose start named source runs tells what became of each that it lacks', async () => {
  const { coordinator } = lake;
  const { source, sourceKey, target, produce: run } = await pair(lake, 'named');
  const consumed = await run();
  const consumer = await coordinator.startDataflowRunWithId(target);
  await coordinator.finishDataflowRun('success', consumer.runId);
  const failed = await fail(source);
  const other = await produce(lake, await coordinator.createDataflow(lake.zone('rz'), 'named', 'other'));
  const ready = await run();
  const { runId: open } = await coordinator.startDataflowRunWithId(source);
  const none = randomUUID();
  const wait = async (...specificSources: string[]) => {
    const { runId } = await coordinator.startDataflowRunWithId(target, {
      wait: true,
      dependencyCheck: 'sourceRunIds',
      specificSources,
    });
    const answer = await coordinator.why({ runId });
    await coordinator.cancelDataflowRun(runId);
    return answer;
  };
  const { text, namedRuns } = await wait(consumed, failed, open, ready);
  expect(text).toMatch(
    new RegExp(
      `; has 1 of 4\\. Run ${consumed} was consumed by run ${consumer.runId} \\(success\\)\\. ` +
        `Run ${failed} ended error at .* UTC\\. Run ${open} is started since .* UTC\\.$`,
    ),
  );
  expect(namedRuns).toMatchObject([
    { runId: consumed, source: sourceKey, queued: { claimedBy: { runId: consumer.runId } } },
    { runId: failed, run: { state: 'error' }, queued: null },
    { runId: open, run: { state: 'started' } },
    { runId: ready, queued: { claimedBy: null, withheld: false } },
  ]);

  const start: StartOptions = { dependencyCheck: 'sourceRunIds', specificSources: [consumed] };
  await expect(coordinator.startDataflowRunWithId(target, start)).rejects.toMatchObject({
    code: 'DEPENDENCY_NOT_READY',
    message: expect.stringContaining('one that failed, or that another run has consumed, is not ready again by itself'),
  });
  await coordinator.finishDataflowRun('success', open);
  // Not to be named by a start, but by one of an earlier version.
  const { runId } = await coordinator.startDataflowRunWithId(target, { ...start, wait: true });
  await lake.db.write('UPDATE dataflow_run SET specific_sources = ? WHERE run_id = ?', [
    JSON.stringify([none, 'läuft nicht', other]),
    runId,
  ]);
  expect((await coordinator.why({ runId })).text).toMatch(
    new RegExp(
      `There is no run ${none} of a source\\. There is no run läuft nicht of a source\\. ` +
        `Run ${other} is one of ${sourceKey}:other, which is no source of it\\.$`,
    ),
  );
});

test('a named source run of another partition has left nothing for the slot', async () => {
  const { coordinator } = lake;
  const { target, produce: run } = await pair(lake, 'elsewhere', { partitioned: true }, { partitioned: true });
  const elsewhere = await run('d=2');
  const { runId } = await coordinator.startDataflowRunWithId(target, {
    partitionKey: 'd=1',
    wait: true,
    dependencyCheck: 'sourceRunIds',
    specificSources: [elsewhere],
  });
  expect((await coordinator.why({ runId })).text).toMatch(
    new RegExp(`Run ${elsewhere} for d=2 ended success at .* UTC, and left nothing for it\\.$`),
  );
  await coordinator.cancelDataflowRun(runId);
});
