// "What became of the sources that it waits for?": of their runs those for the slot, and whether any can come at all.

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
