// Rules 2 and 4 under races, each many times: real Temporal, real MySQL.

import { AlreadyActiveError } from '../../src';
import type { StartedRun, ZoneDataFlowCoordinator } from '../../src';
import { DATAFLOW_RUN } from '../../src/domain/messages';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

// Two hundred of each, unless DLC_RACES says otherwise; and a busy machine is no failure.
jest.setTimeout(240_000);

const REPEATS = Number(process.env['DLC_RACES'] ?? 200);
/** Races under way at once: each in dataflows of its own. */
const LANES = 10;

let lake: Lake;
let coordinator: ZoneDataFlowCoordinator;
beforeAll(async () => {
  lake = await makeLake();
  coordinator = lake.coordinator;
});
afterAll(() => lake.close());
afterEach(async () => {
  expect(await violations(lake.db)).toEqual([]);
});

/** Runs `race` REPEATS times in all, in LANES side by side. */
async function repeat(race: (lane: number) => Promise<() => Promise<void>>): Promise<void> {
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const once = await race(lane);
      for (let i = 0; i < REPEATS / LANES; i++) await once();
    }),
  );
}

const finish = (run: { runId: string }): Promise<unknown> => coordinator.finishDataflowRun('success', run.runId);

let count = 0;
/** A source and a target, related. */
async function pair(target: Parameters<ZoneDataFlowCoordinator['createDataflow']>[4]): Promise<[string, string]> {
  const name = `n${String(++count)}`;
  const source = await coordinator.createDataflow(lake.zone('rz'), name);
  const targetId = await coordinator.createDataflow(lake.zone('sz'), name, '', '', target);
  await coordinator.associateSourceToTarget(source, targetId);
  return [source, targetId];
}

const openRunOf = async (dataflow: string): Promise<{ runId: string; workflowId: string } | undefined> =>
  (await coordinator.listDataflowRuns({ dataflow, state: 'started' }))[0];

test('two starts of one dataflow at once give one run, and one ALREADY_ACTIVE that names it', async () => {
  await repeat(async () => {
    const id = await coordinator.createDataflow(lake.zone('rz'), `two${String(++count)}`);
    return async () => {
      const starts = [coordinator.startDataflowRunWithId(id), coordinator.startDataflowRunWithId(id)];
      const results = await Promise.allSettled(starts);
      const [run] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const [refused] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused).toBeInstanceOf(AlreadyActiveError);
      expect((refused as AlreadyActiveError).details).toMatchObject({ runId: run?.runId });
      await finish(run as StartedRun);
    };
  });
});

test('two starts under workflow IDs of their own are told apart by MySQL alone', async () => {
  await repeat(async (lane) => {
    const name = `own${String(++count)}`;
    await coordinator.createDataflow(lake.zone('rz'), name);
    const start = async (workflowId: string): Promise<{ runId: string }> => {
      const request = { dataflow: `${lake.zone('rz')}:${name}` };
      const handle = await lake.client.workflow.start(DATAFLOW_RUN, {
        taskQueue: lake.taskQueue,
        workflowId,
        args: [request],
      });
      return handle.executeUpdate<{ runId: string }, []>('startedRun');
    };
    let round = 0;
    return async () => {
      round++;
      const ids = ['a', 'b'].map((side) => `${lake.taskQueue}-${side}-${String(lane)}-${String(round)}`);
      const results = await Promise.allSettled(ids.map(start));
      const won = results.filter((result) => result.status === 'fulfilled');
      expect(won).toHaveLength(1);
      await finish((won[0] as PromiseFulfilledResult<{ runId: string }>).value);
    };
  });
});

test('a source that finishes while its target opens is claimed by that target', async () => {
  await repeat(async () => {
    const [source, target] = await pair({});
    return async () => {
      const sourceRun = await coordinator.startDataflowRunWithId(source);
      const [targetRun] = await Promise.all([
        coordinator.startDataflowRunWithId(target, { wait: true }),
        finish(sourceRun),
      ]);
      expect(await coordinator.waitForDataflowRunStart(targetRun.runId, { timeoutMs: 20_000 })).toBe('started');
      const { dataflowQueueList } = await coordinator.getDataflowRun(targetRun.runId);
      expect(dataflowQueueList.map((row) => row.sourceRunId)).toEqual([sourceRun.runId]);
      await finish(targetRun);
    };
  });
});

test('sources that finish at once start an auto target exactly once for all of them', async () => {
  await repeat(async () => {
    const name = `fan${String(++count)}`;
    const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode: 'auto' } });
    const sources = await Promise.all(
      [1, 2, 3].map((i) => coordinator.createDataflow(lake.zone('rz'), name, String(i))),
    );
    for (const source of sources) await coordinator.associateSourceToTarget(source, target);
    return async () => {
      const runs = await Promise.all(sources.map((source) => coordinator.startDataflowRunWithId(source)));
      await Promise.all(runs.map(finish));
      const run = await eventually(() => openRunOf(target));
      const { dataflowQueueList } = await coordinator.getDataflowRun(run?.runId ?? '');
      expect(dataflowQueueList.map((row) => row.sourceRunId).sort()).toEqual(runs.map(({ runId }) => runId).sort());
      await finish(run as StartedRun);
    };
  });
});

test('a source that finishes while its target runs is claimed by the next run', async () => {
  await repeat(async () => {
    const [source, target] = await pair({ trigger: { mode: 'auto' } });
    return async () => {
      await finish(await coordinator.startDataflowRunWithId(source));
      const first = await eventually(() => openRunOf(target));
      const late = await coordinator.startDataflowRunWithId(source);
      await finish(late);
      await finish(first as StartedRun);
      const second = await eventually(() => openRunOf(target));
      const { dataflowQueueList } = await coordinator.getDataflowRun(second?.runId ?? '');
      expect(dataflowQueueList.map((row) => row.sourceRunId)).toEqual([late.runId]);
      await finish(second as StartedRun);
    };
  });
});

test('a source that finishes while its target ends is claimed by the next run', async () => {
  await repeat(async () => {
    const [source, target] = await pair({ trigger: { mode: 'auto' } });
    return async () => {
      await finish(await coordinator.startDataflowRunWithId(source));
      const first = await eventually(() => openRunOf(target));
      const late = await coordinator.startDataflowRunWithId(source);
      await Promise.all([finish(first as StartedRun), finish(late)]);
      const second = await eventually(async () => {
        const open = await openRunOf(target);
        return open?.runId === first?.runId ? undefined : open;
      });
      const { dataflowQueueList } = await coordinator.getDataflowRun(second?.runId ?? '');
      expect(dataflowQueueList.map((row) => row.sourceRunId)).toEqual([late.runId]);
      await finish(second as StartedRun);
    };
  });
});
