// Rule 3, for what people do: a worker or a client is killed on the lines that matter; all is done once, and nothing is lost.

import type { Declaration } from '../../src';
import { crashing, signalOf } from '../support/crashing';
import { claimedBy, pair, runIn, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import { eventually } from '../support/wait';

// Temporal gives a dead worker's task to another after ten seconds, sometimes twice in a story.
jest.setTimeout(240_000);

// Nobody tells the wake-up to go: it waits a minute for that, so these come first.
test.concurrent.each(['before-commit:1', 'after-commit:1'])(
  'a client that is killed %s of an apply leaves all of it or nothing; whoever may start because of it does',
  async (crash) => {
    const lake = await makeLake();
    const { target, targetKey, sourceKey, produce } = await pair(lake, 'apply');
    const ready = await produce();
    const declaration: Declaration = {
      version: 1,
      dataflows: { [targetKey]: { trigger: { mode: 'auto' }, sources: [sourceKey] } },
    };
    const client = await crashing('client', lake, crash);
    const died = signalOf(client);
    client.send(declaration);
    expect(await died).toBe('SIGKILL');
    const committed = crash.startsWith('after');
    expect((await lake.coordinator.plan(declaration)).summary.change).toBe(committed ? 0 : 1);
    const looked = await eventually(
      () => lake.coordinator.operations.list({ subject: 'dataflows' }),
      ({ length }) => length > 0,
      { timeoutMs: 90_000 },
    );
    expect(looked).toMatchObject([{ kind: 'wakeDataflows' }]);
    if (committed) {
      expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual([ready]);
    }
    expect(await runsOf(lake, target)).toHaveLength(committed ? 1 : 0);
    expect(await violations(lake.db)).toEqual([]);
    await lake.close();
  },
);

test.concurrent.each(['before-commit:1', 'after-commit:1'])(
  'an operation whose worker is killed %s is done once, and its backlog is run',
  async (crash) => {
    const lake = await makeLake({ worker: false });
    const { coordinator } = lake;
    const before = await lake.startWorker();
    const { target, produce } = await pair(lake, 'operation', { trigger: { mode: 'auto' } });
    await coordinator.operations.pauseDataflow(target);
    const ready = [await produce(), await produce()];
    await before.stop();

    const died = signalOf(await crashing('worker', lake, crash));
    const resumed = coordinator.operations.resumeDataflow(target, { by: 'ann', timeoutMs: 50_000 });
    expect(await died).toBe('SIGKILL');
    await lake.startWorker();
    expect(await resumed).toMatchObject({ changed: true });
    expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual(ready);
    expect(await runsOf(lake, target)).toHaveLength(1);
    expect((await coordinator.operations.list({ limit: 10 })).map(({ kind }) => kind)).toEqual([
      'resumeDataflow',
      'pauseDataflow',
      'createRelation',
    ]);
    expect(await violations(lake.db)).toEqual([]);
    await lake.close();
  },
);

// 1 the backfill is kept; 2 and 3 open and finish its first partition, 4 and 5 its second; 6 lets go of what was kept back.
test.concurrent.each([
  'before-commit:1',
  'after-commit:1',
  'after-commit:2',
  'before-commit:3',
  'after-commit:3',
  'before-commit:6',
  'after-commit:6',
])('a backfill whose worker is killed %s runs each partition once, and its target once for all', async (crash) => {
  const lake = await makeLake({ worker: false, activities: { countJob: () => Promise.resolve({ recordCount: 1 }) } });
  const { coordinator } = lake;
  const { source, target } = await pair(
    lake,
    'backfill',
    { trigger: { mode: 'auto' } },
    { partitioned: true, job: { type: 'activity', name: 'countJob' } },
  );
  const died = signalOf(await crashing('worker', lake, crash));
  const started = coordinator.backfills.start(source, {
    from: '2019-01-01',
    to: '2019-01-02',
    downstream: 'coalesce',
    timeoutMs: 50_000,
  });
  expect(await died).toBe('SIGKILL');
  await lake.startWorker();
  expect(await coordinator.backfills.wait((await started).backfillId)).toMatchObject({
    state: 'ended',
    progress: { begun: 2, counts: { success: 2 } },
  });
  const runs = await runsOf(lake, source);
  expect(runs.map(({ slot, state }) => [slot, state]).sort()).toEqual([
    ['date=2019-01-01', 'success'],
    ['date=2019-01-02', 'success'],
  ]);
  const claimed = await claimedBy(lake, (await runIn(lake, target, 'started')).runId);
  expect(claimed.sort()).toEqual(runs.map(({ runId }) => runId).sort());
  expect(await runsOf(lake, target)).toHaveLength(1);
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});
