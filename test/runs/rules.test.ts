// Nested rules on real runs.

import type { DataflowOptionsInput } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

type When = NonNullable<NonNullable<DataflowOptionsInput['trigger']>['when']>;

/** A target `name` with sources `a`, `b`, `c` of its own; `rule` gets their keys. */
async function target(
  name: string,
  mode: 'auto' | 'manual',
  rule: (key: (source: string) => string) => When,
): Promise<{ id: string; produce(source: string): Promise<string> }> {
  const { coordinator } = lake;
  const key = (source: string): string => `${lake.zone('rz')}:${name}:${source}`;
  const sources = ['a', 'b', 'c'].map((source) => coordinator.createDataflow(lake.zone('rz'), name, source));
  const ids = await Promise.all(sources);
  const id = await coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode, when: rule(key) } });
  for (const source of ids) await coordinator.associateSourceToTarget(source, id);
  return {
    id,
    produce: async (source) => {
      const { runId } = await coordinator.startDataflowRunWithId(key(source));
      await coordinator.finishDataflowRun('success', runId);
      return runId;
    },
  };
}

const runsOf = (id: string) => lake.coordinator.listDataflowRuns({ dataflow: id });

async function claimedBy(runId: string): Promise<string[]> {
  const { dataflowQueueList } = await lake.coordinator.getDataflowRun(runId);
  return dataflowQueueList.map((row) => row.sourceRunId);
}

test('a triggered target waits for a count of one source and for any of the others, and claims all of it', async () => {
  const { id, produce } = await target('counted', 'auto', (key) => ({
    all: [{ source: key('a'), count: 3 }, { any: [key('b'), key('c')] }],
  }));
  const sources = [await produce('a'), await produce('a'), await produce('c')];
  const [waiting] = await eventually(
    () => runsOf(id),
    ([run]) => run?.state === 'waiting',
  );
  sources.push(await produce('a'));
  expect(await lake.coordinator.waitForDataflowRunStart(waiting!.runId)).toBe('started');
  expect((await claimedBy(waiting!.runId)).sort()).toEqual(sources.sort());
});

test('a waiting run keeps the rule that it opened with', async () => {
  const { id, produce } = await target('kept', 'manual', () => 'any');
  const key = `${lake.zone('rz')}:kept`;
  const { runId } = await lake.coordinator.startDataflowRunWithId(id, {
    wait: true,
    dependencyCheck: { atLeast: 2, of: [`${key}:a`, `${key}:b`, `${key}:c`] },
  });
  const first = await produce('a');
  expect(await lake.coordinator.getDataflowRun(runId)).toMatchObject({ state: 'waiting', rule: { check: 'rule' } });
  const second = await produce('c');
  expect(await lake.coordinator.waitForDataflowRunStart(runId)).toBe('started');
  expect(await claimedBy(runId)).toEqual([first, second]);
});

test('freshness takes a run that was consumed before, and starts nothing by itself', async () => {
  const { id, produce } = await target('fresh', 'auto', (key) => ({
    all: [key('a'), { source: key('b'), within: '1 hour' }, { source: key('c'), optional: true }],
  }));
  await produce('b');
  const finish = async (count: number): Promise<string> => {
    const [run] = await eventually(
      () => runsOf(id),
      (runs) => runs.length === count && runs[0]?.state === 'started',
    );
    await lake.coordinator.finishDataflowRun('success', run!.runId);
    return run!.runId;
  };
  await produce('a');
  expect(await claimedBy(await finish(1))).toHaveLength(2);
  // Neither a run of `c` alone nor anything else starts it: `a` has nothing new.
  const optional = await produce('c');
  const next = await produce('a');
  expect(await claimedBy(await finish(2))).toEqual([optional, next]);
});

test('a start is told what its rule lacks, and refused a source that it has not', async () => {
  const { id, produce } = await target('told', 'manual', (key) => ({
    all: [{ source: key('a'), count: 2 }, key('b')],
  }));
  const key = `${lake.zone('rz')}:told`;
  await produce('a');
  await expect(lake.coordinator.startDataflowRunWithId(id)).rejects.toMatchObject({
    code: 'DEPENDENCY_NOT_READY',
    message: expect.stringContaining(`waiting for ${key}:a (has 1 of 2), ${key}:b; has 0 of 2`),
    details: { missing: [`${key}:a`, `${key}:b`] },
  });
  await expect(lake.coordinator.startDataflowRunWithId(id, { dependencyCheck: { any: ['rz:strange'] } }))
    .rejects //
    .toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'dependencyCheck', source: 'rz:strange' } });
  expect(await runsOf(id)).toEqual([]);
});

test('what was queued once more is as old as it was', async () => {
  const { coordinator, db } = lake;
  const { id, produce } = await target('stale', 'manual', () => 'any');
  const key = `${lake.zone('rz')}:stale:a`;
  await coordinator.updateDataflow(id, { onError: 'release' });
  const old = await produce('a');
  await db.write('UPDATE dataflow_queue SET ready_at = ready_at - INTERVAL 2 DAY WHERE source_run_id = ?', [old]);
  const fresh = { dependencyCheck: { source: key, within: '1 hour' } } as const;
  const refused = { code: 'DEPENDENCY_NOT_READY', message: expect.stringContaining('(the newest is 2 d') };
  await expect(coordinator.startDataflowRunWithId(id, fresh)).rejects.toMatchObject(refused);
  const { runId } = await coordinator.startDataflowRunWithId(id);
  await coordinator.finishDataflowRun('error', runId);
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(id)).toMatchObject([{ sourceRunId: old }]);
  await expect(coordinator.startDataflowRunWithId(id, fresh)).rejects.toMatchObject(refused);
});

test.each(['suspendRelation', 'terminateRelation'] as const)(
  'a run that waits for a source of its rule no longer waits for it after %s',
  async (operation) => {
    const { coordinator } = lake;
    const { id, produce } = await target(operation, 'auto', (key) => ({ all: [key('a'), key('b')] }));
    const source = await produce('a');
    const [waiting] = await eventually(
      () => runsOf(id),
      ([run]) => run?.state === 'waiting',
    );
    await coordinator.operations[operation]({ source: `${lake.zone('rz')}:${operation}:b`, target: id });
    expect(await coordinator.waitForDataflowRunStart(waiting!.runId)).toBe('started');
    expect(await claimedBy(waiting!.runId)).toEqual([source]);
  },
);

test('an optional source alone opens no run', async () => {
  const { id, produce } = await target('optional', 'auto', (key) => ({
    all: [key('a'), { source: key('b'), optional: true }],
  }));
  const optional = await produce('b');
  // Its wake-up started the slot's workflow, which found nothing to do.
  const workflow = lake.client.workflow.getHandle(`dlc:${lake.zone('sz')}:optional`);
  await eventually(
    () => workflow.describe(),
    ({ status }) => status.name === 'COMPLETED',
  );
  expect(await runsOf(id)).toEqual([]);
  const waitedFor = await produce('a');
  const [run] = await eventually(
    () => runsOf(id),
    ([first]) => first?.state === 'started',
  );
  expect(await claimedBy(run!.runId)).toEqual([optional, waitedFor]);
});
