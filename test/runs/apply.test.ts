// A change of what is registered is a reason to look: whoever may start because of it does, and nobody else is disturbed.

import { Client, Connection } from '@temporalio/client';
import type { Declaration } from '../../src';
import { ZoneDataFlowCoordinator } from '../../src';
import { declarationChange, planChange } from '../../src/client/apply/plan';
import { writePlan } from '../../src/client/apply/write-plan';
import { lockGraph } from '../../src/store';
import { showPlan } from '../../src/cli/apply/show';
import { claimedBy, pair, produce, runIn, runsOf } from '../support/flow';
import { holdReads } from '../support/hold';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const declare = (dataflows: Declaration['dataflows']): Declaration => ({ version: 1, dataflows });

test('a dataflow that becomes auto starts with what has gathered', async () => {
  const { target, targetKey, sourceKey, produce: run } = await pair(lake, 'mode');
  const ready = [await run(), await run()];
  const declaration = declare({ [targetKey]: { trigger: { mode: 'auto' }, sources: [sourceKey] } });
  expect(await lake.coordinator.apply(declaration)).toMatchObject({ woken: 1, plan: { summary: { change: 1 } } });
  expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual(ready);
});

test('a run that waits for a source that is none any more starts; what else it left is told of, and kept', async () => {
  const { coordinator } = lake;
  const { target, targetKey, sourceKey, produce: run } = await pair(lake, 'source');
  const other = await coordinator.createDataflow(lake.zone('rz'), 'source', 'other');
  const third = await coordinator.createDataflow(lake.zone('rz'), 'source', 'third');
  for (const source of [other, third]) await coordinator.associateSourceToTarget(source, target);
  const { runId } = await coordinator.startDataflowRunWithId(target, { wait: true });
  const ready = await run();
  const left = [await produce(lake, third), await produce(lake, third)];
  const plan = await coordinator.plan(declare({ [targetKey]: { sources: [sourceKey] } }));
  expect(plan.actions).toMatchObject([
    { source: `${sourceKey}:other`, ready: 0 },
    { source: `${sourceKey}:third`, ready: 2 },
  ]);
  await coordinator.apply(declare({ [targetKey]: { sources: [sourceKey] } }), { expect: plan });
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
  expect(await claimedBy(lake, runId)).toEqual([ready]);
  const kept = await lake.db.select<{ id: string }>(
    'SELECT source_run_id AS id FROM dataflow_queue WHERE target_dataflow_id = ? AND target_run_id IS NULL',
    [target],
  );
  expect(kept.map(({ id }) => id)).toEqual(left);
});

test('a plan that prunes says how much is lost with a dataflow: what it left, and what was left for it', async () => {
  const { coordinator } = lake;
  const zone = lake.zone('prune');
  const [kept, middle, after] = ['kept', 'middle', 'after'].map((name) => `${zone}:${name}`) as [
    string,
    string,
    string,
  ];
  await coordinator.apply(declare({ [kept]: {}, [middle]: { sources: [kept] }, [after]: { sources: [middle] } }));
  await produce(lake, kept);
  await coordinator.finishDataflowRun('success', (await coordinator.startDataflowRunWithId(middle)).runId);
  await produce(lake, kept);
  await produce(lake, kept);
  const plan = await coordinator.plan(declare({ [kept]: {}, [after]: {} }), { prune: true });
  expect(plan.actions).toMatchObject([
    { action: 'terminateRelation', source: middle, target: after, ready: 1 },
    { action: 'retireDataflow', dataflow: middle, relations: 1, ready: 2 },
  ]);
  expect(showPlan(plan)).toContain(
    `- dataflow ${middle}: retired for good, with 1 relation: 2 ready source runs will not be consumed\n`,
  );
  await produce(lake, kept);
  await coordinator.apply(declare({ [kept]: {}, [after]: {} }), { prune: true, expect: plan });
});

test('more places at once let the next one in line start, by an update too', async () => {
  const { target, produce: run } = await pair(
    lake,
    'places',
    { trigger: { mode: 'auto' }, partitioned: true, maxConcurrentRuns: 1 },
    { partitioned: true },
  );
  await run('d=1');
  await runIn(lake, target, 'started');
  await run('d=2');
  const waiting = await runIn(lake, target, 'waiting');
  await lake.coordinator.updateDataflow(target, { maxConcurrentRuns: 2 }, { by: 'ann' });
  expect(await lake.coordinator.waitForDataflowRunStart(waiting.runId)).toBe('started');
});

test('without Temporal, nothing is written that somebody would have to be woken for', async () => {
  const { target, targetKey, sourceKey } = await pair(lake, 'away');
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const alone = await ZoneDataFlowCoordinator.connect({ mysql: lake.mysqlUrl, temporal: new Client({ connection }) });
  const options = { timeoutMs: 300 };
  const auto = declare({ [targetKey]: { trigger: { mode: 'auto' }, sources: [sourceKey] } });
  await expect(alone.apply(auto, options)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await alone.getDataflow(target)).toMatchObject({ trigger: { mode: 'manual' } });
  const described = declare({ [targetKey]: { description: 'd', sources: [sourceKey] } });
  expect(await alone.apply(described, options)).toMatchObject({ woken: 0, plan: { summary: { change: 1 } } });
  await alone.close();
  await connection.close();
  expect(await runsOf(lake, target)).toEqual([]);
});

test('a change that fails after its wake-up began changes nothing, and holds up nobody', async () => {
  const { target, targetKey, sourceKey } = await pair(lake, 'fails', { trigger: { mode: 'auto' } });
  // Longer than its column.
  await lake.db.write('ALTER TABLE dataflow MODIFY COLUMN description VARCHAR(10) NULL');
  const failing = declare({ [targetKey]: { description: 'x'.repeat(20), sources: [] } });
  const before = await lake.coordinator.operations.list({ subject: 'dataflows' });
  await expect(lake.coordinator.apply(failing, { by: 'ann' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await lake.db.write('ALTER TABLE dataflow MODIFY COLUMN description TEXT NULL');
  expect(await lake.coordinator.getDataflow(target)).toMatchObject({ description: null, trigger: { mode: 'auto' } });
  expect(
    (await lake.coordinator.listRelations()).find((relation) => relation.sourceKey === sourceKey)?.terminatedAt,
  ).toBeNull();
  const looks = await eventually(
    () => lake.coordinator.operations.list({ subject: 'dataflows' }),
    ({ length }) => length > before.length,
  );
  expect(looks[0]).toMatchObject({ kind: 'wakeDataflows', by: 'ann' });
});

test('a suspension that comes while an apply gives the relation another mapping is not lost: it is told of the new one', async () => {
  const { coordinator, db } = lake;
  const { sourceKey, targetKey, relation, target } = await pair(lake, 'suspended', {}, { partitioned: true });
  const change = declarationChange(
    declare({ [targetKey]: { sources: { [sourceKey]: { partition: 'none' } } } }),
    [],
    {},
  );
  let answer: Promise<unknown> | undefined;
  let answered = false;
  /** Somebody waits for the graph's lock. */
  const waits = async (): Promise<boolean> =>
    (
      await db.select(
        `SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'UPDATE dataflow\\_graph%'`,
      )
    ).length > 0;
  await db.transaction(async (tx) => {
    await lockGraph(tx);
    const planned = await planChange(tx, change, () => undefined);
    answer = coordinator.operations.suspendRelation(relation, { by: 'ann' }).catch((error: unknown) => error);
    void answer.then(() => {
      answered = true;
    });
    await eventually(async () => answered || (await waits()));
    await writePlan(tx, planned, { by: 'apply', reason: null });
  });
  const [now] = (await coordinator.listRelations()).filter(
    ({ targetDataflowId, terminatedAt }) => targetDataflowId === target && terminatedAt === null,
  );
  expect(now).toMatchObject({ partition: 'none', suspendedAt: null });
  expect(await answer).toMatchObject({ code: 'NOT_FOUND', details: { relationId: relation, instead: now?.id } });
  expect(await coordinator.operations.suspendRelation({ source: sourceKey, target: targetKey })).toMatchObject({
    changed: true,
  });
});

test('a change that is committed while its wake-up looks is looked at once more', async () => {
  const { client, db } = lake;
  const { target, produce } = await pair(lake, 'late-go');
  const source = await produce();
  const operation = await client.workflow.start('dataflowOperation', {
    workflowId: `dlc-operation:${lake.taskQueue}-late-go`,
    taskQueue: lake.taskQueue,
    args: [{ operation: { kind: 'wakeDataflows', dataflowIds: [target] }, by: 'ann', awaitGo: true }],
  });
  // Its last read: by then it has seen the slot as it was.
  const hold = holdReads((sql, [id]) => sql.includes('WHERE d.id = ?') && id === target);
  // Instead of the minute that it waits at most.
  await operation.signal('go');
  await hold.reached;
  await db.write(`UPDATE dataflow SET trigger_mode = 'auto' WHERE id = ?`, [target]);
  await operation.signal('go');
  hold.release();
  await operation.result();
  expect(await claimedBy(lake, (await runIn(lake, target, 'started')).runId)).toEqual([source]);
});
