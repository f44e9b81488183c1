// A declaration in MySQL: applied once, it does nothing the second time; and what people do at the same time isn't lost.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { registerLake } from '../../examples/flights/lake';
import { Database } from '../../src';
import type { Declaration, Plan, ZoneDataFlowCoordinator } from '../../src';
import { readDeclaration } from '../../src/domain/declaration/read';
import type { DeadlineChange } from '../../src/domain/start';
import { readDeclarationFiles } from '../../src/yaml/read';
import { declarations } from '../support/declarations';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
let coordinator: ZoneDataFlowCoordinator;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  coordinator = lake.coordinator;
});
afterAll(() => lake.close());

let count = 0;
/** A zone that no other test has. */
const newZone = (): string => lake.zone(`z${String(++count)}`);
const declare = (dataflows: Declaration['dataflows']): Declaration => ({ version: 1, dataflows });
const kinds = ({ actions }: Plan): string[] =>
  actions.map(
    (action) => `${action.action} ${'dataflow' in action ? action.dataflow : `${action.source}→${action.target}`}`,
  );
const graphVersion = async (): Promise<unknown> => lake.db.select('SELECT version FROM dataflow_graph');

test('what is declared is created; the second time nothing is written', async () => {
  const z = newZone();
  const declaration = declare({
    [`${z}:target`]: {
      trigger: { mode: 'auto', when: { any: [`${z}:a`] } },
      sources: [`${z}:a`, `${z}:b`],
      partitioned: true,
    },
    [`${z}:a`]: { description: 'raw' },
    [`${z}:b`]: null,
  });
  expect(kinds(await coordinator.plan(declaration))).toEqual([
    `createDataflow ${z}:a`,
    `createDataflow ${z}:b`,
    `createDataflow ${z}:target`,
    `createRelation ${z}:a→${z}:target`,
    `createRelation ${z}:b→${z}:target`,
  ]);
  const applied = await coordinator.apply(declaration, { by: 'ann', reason: 'first', subject: 'dlc.yaml' });
  expect(applied).toMatchObject({ plan: { summary: { create: 5, change: 0, terminate: 0 } }, woken: 0 });
  expect(await coordinator.getDataflow(`${z}:target`)).toMatchObject({ trigger: { mode: 'auto' }, partitioned: true });
  const [operation] = await coordinator.operations.list({ subject: 'dlc.yaml' });
  expect(operation).toMatchObject({ kind: 'apply', by: 'ann', reason: 'first', operationId: applied.operationId });
  expect(operation?.result).toMatchObject({
    changed: true,
    create: 5,
    actions: expect.arrayContaining([`create dataflow ${z}:a`]),
  });

  const before = await graphVersion();
  expect(await coordinator.apply(declaration)).toEqual({
    plan: { actions: [], summary: { create: 0, change: 0, terminate: 0 } },
    operationId: null,
    woken: 0,
  });
  expect(await graphVersion()).toEqual(before);
  expect(await coordinator.export({ zone: z })).toEqual({
    version: 1,
    dataflows: {
      [`${z}:a`]: { description: 'raw' },
      [`${z}:b`]: {},
      [`${z}:target`]: {
        trigger: { mode: 'auto', when: { any: [`${z}:a`] } },
        partitioned: true,
        sources: [`${z}:a`, `${z}:b`],
      },
    },
  });
});

test('a change names each field, old and new; what waits for nobody needs no Temporal', async () => {
  const z = newZone();
  await coordinator.apply(declare({ [`${z}:a`]: { trigger: { debounce: '5 min' }, config: { b: 1, a: [2] } } }));
  const changed = declare({
    [`${z}:a`]: {
      trigger: { mode: 'auto', deadline: '6 hours' },
      job: { type: 'activity', name: 'load' },
      config: { a: [2], b: 1 },
      displayName: 'A',
    },
  });
  const plan = await coordinator.plan(changed);
  expect(plan.actions).toEqual([
    {
      action: 'changeDataflow',
      dataflow: `${z}:a`,
      fields: [
        { field: 'trigger.mode', from: 'manual', to: 'auto' },
        { field: 'trigger.debounce', from: '5 min', to: null },
        { field: 'trigger.deadline', from: null, to: '6 hours' },
        { field: 'job', from: { type: 'external' }, to: { type: 'activity', name: 'load' } },
        { field: 'displayName', from: null, to: 'A' },
      ],
    },
  ]);
  expect((await coordinator.apply(changed)).woken).toBe(0);
  expect((await coordinator.apply(changed)).operationId).toBeNull();
  expect(await coordinator.apply(declare({ [`${z}:a`]: {} }))).toMatchObject({ plan: { summary: { change: 1 } } });
  expect(await coordinator.export({ zone: z })).toEqual(declare({ [`${z}:a`]: {} }));
});

test('a source that is left out is no source any more; another mapping is another relation, as suspended as it was', async () => {
  const z = newZone();
  const sources = { [`${z}:a`]: {}, [`${z}:b`]: { partition: 'hour→day' } };
  const raw = { [`${z}:a`]: {}, [`${z}:b`]: {} };
  await coordinator.apply(declare({ ...raw, [`${z}:t`]: { partitioned: true, sources } }));
  const [a, b] = (await coordinator.listRelations()).slice(-2);
  await lake.db.write(
    `UPDATE dataflow_relation SET suspended_at = UTC_TIMESTAMP(6), suspended_by = 'ops', suspended_backlog = 'skip' WHERE id = ?`,
    [b!.id],
  );
  const next = declare({
    ...raw,
    [`${z}:t`]: { partitioned: true, sources: { [`${z}:b`]: { partition: 'day->month' } } },
  });
  const plan = await coordinator.plan(next);
  expect(plan).toMatchObject({
    actions: [
      { action: 'changeRelation', relationId: b!.id, from: 'hour→day', to: 'day→month', ready: 0 },
      { action: 'terminateRelation', relationId: a!.id, ready: 0 },
    ],
    summary: { create: 0, change: 1, terminate: 1 },
  });
  expect(await coordinator.apply(next, { by: 'ann', reason: 'tidy', expect: plan })).toMatchObject({ woken: 1 });
  const relations = (await coordinator.listRelations()).filter(({ targetKey }) => targetKey === `${z}:t`);
  expect(relations).toMatchObject([
    { id: a!.id, terminatedBy: 'ann', terminateReason: 'tidy' },
    { id: b!.id, terminatedBy: 'ann' },
    { terminatedAt: null, partition: 'day→month', suspendedBy: 'ops', suspendedBacklog: 'skip' },
  ]);
  expect((await coordinator.plan(next)).actions).toEqual([]);
});

test('what contradicts the registry is refused before anything is written', async () => {
  const z = newZone();
  const other = newZone();
  await coordinator.apply(
    declare({ [`${z}:a`]: {}, [`${z}:b`]: { sources: [`${z}:a`] }, [`${other}:c`]: { sources: [`${z}:b`] } }),
  );
  const refusalOf = (declaration: Declaration): Promise<unknown> =>
    coordinator.apply(declaration).catch((error: unknown) => error);
  expect(await refusalOf(declare({ [`${z}:a`]: { sources: [`${other}:c`] } }))).toMatchObject({
    code: 'CYCLE',
    details: {
      path: [`${other}:c`, `${z}:a`, `${z}:b`, `${other}:c`],
      problems: [{ path: ['dataflows', `${z}:a`, 'sources', '0'] }],
    },
  });
  expect(await refusalOf(declare({ [`${z}:a`]: { partitioned: true, sources: [`${z}:bb`] } }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: {
      problems: [
        { path: ['dataflows', `${z}:a`, 'partitioned'], message: expect.stringContaining("can't be changed") },
        {
          path: ['dataflows', `${z}:a`, 'sources', '0'],
          message: `There is no dataflow ${z}:bb. Did you mean ${z}:b?`,
        },
      ],
    },
  });
  await lake.db.write(`UPDATE dataflow SET status = 'retired' WHERE dataflow_key = ?`, [`${other}:c`]);
  const retired = `${other}:c is retired, for good`;
  expect(await refusalOf(declare({ [`${other}:c`]: {} }))).toMatchObject({
    details: { problems: [{ ofName: true, message: expect.stringContaining(retired) }] },
  });
  expect(await refusalOf(declare({ [`${z}:d`]: { sources: [`${other}:c`] } }))).toMatchObject({
    details: { problems: [{ message: `${retired}. Leave it out.` }] },
  });
  // Terminated in the same breath, the way round is open.
  const turned = declare({ [`${z}:a`]: { sources: [`${z}:b`] }, [`${z}:b`]: {} });
  expect((await coordinator.apply(turned)).plan.summary).toEqual({ create: 1, change: 0, terminate: 1 });
});

test('only what is pruned is retired, and only in the zones of what is declared', async () => {
  const [z, other] = [newZone(), newZone()];
  await coordinator.apply(
    declare({ [`${z}:a`]: {}, [`${z}:old`]: { sources: [`${z}:a`] }, [`${other}:t`]: { sources: [`${z}:old`] } }),
  );
  const rest = declare({ [`${z}:a`]: {} });
  expect((await coordinator.plan(rest)).actions).toEqual([]);
  expect((await coordinator.plan(rest, { prune: true })).actions).toEqual([
    { action: 'retireDataflow', dataflow: `${z}:old`, relations: 2, ready: 0 },
  ]);
  const used = declare({ [`${z}:a`]: { sources: [`${z}:old`] } });
  await expect(coordinator.plan(used, { prune: true })).rejects.toThrow("isn't declared, so it would be pruned");
  expect(await coordinator.apply(rest, { prune: true })).toMatchObject({ woken: 2 });
  expect(await coordinator.getDataflow(`${z}:old`)).toMatchObject({ status: 'retired' });
  expect((await coordinator.listRelations()).filter(({ sourceKey }) => sourceKey === `${z}:old`)).toMatchObject([
    { terminateReason: `${z}:old was retired` },
  ]);
  expect((await coordinator.apply(rest, { prune: true })).operationId).toBeNull();
});

test('a plan that is not the same any more is not applied by whoever agreed to the old one', async () => {
  const z = newZone();
  const declaration = declare({ [`${z}:a`]: {}, [`${z}:b`]: {} });
  const expect_ = await coordinator.plan(declaration);
  await coordinator.createDataflow(z, 'a');
  await expect(coordinator.apply(declaration, { expect: expect_ })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining("isn't the same any more"),
  });
  expect(await coordinator.apply(declaration)).toMatchObject({ plan: { summary: { create: 1 } } });
});

test('whatever is applied, its export is what is registered', async () => {
  const z = newZone();
  const [declaration] = fc.sample(declarations(z, 40), 1);
  const applied = await coordinator.apply(declaration!);
  expect(applied.plan.summary.create).toBeGreaterThan(0);
  expect(await coordinator.plan(declaration!, { prune: true })).toMatchObject({ actions: [] });
  const exported = await coordinator.export({ zone: z });
  expect(Object.keys(exported.dataflows).sort()).toEqual(Object.keys(declaration!.dataflows).sort());
  expect(await coordinator.plan(exported, { prune: true })).toMatchObject({ actions: [] });
});

test('the example declares just what it registers, and the documentation what can be read', async () => {
  await registerLake(coordinator);
  const read = (path: string): unknown => readDeclarationFiles([path]).declaration;
  expect((await coordinator.plan(read('examples/flights/dlc.yaml') as Declaration)).actions).toEqual([]);
  for (const path of ['docs/dlc-yaml.md', 'README.md']) {
    const [, text = ''] = /```yaml\n([^]*?)```/.exec(readFileSync(path, 'utf8')) ?? [];
    const file = join(mkdtempSync(join(tmpdir(), 'dlc-docs-')), 'dlc.yaml');
    writeFileSync(file, text);
    expect(readDeclaration(read(file))).toMatchObject({ problems: [], declared: { dataflows: expect.any(Array) } });
    rmSync(dirname(file), { recursive: true });
  }
});

test('of several who apply the same at once, one does it, and none fails', async () => {
  for (let round = 0; round < 5; round++) {
    const z = newZone();
    const declaration = declare({
      [`${z}:a`]: {},
      [`${z}:b`]: { sources: [`${z}:a`] },
      [`${z}:c`]: { sources: [`${z}:b`] },
    });
    const applied = await Promise.all(Array.from({ length: 4 }, () => coordinator.apply(declaration)));
    expect(applied.filter(({ operationId }) => operationId !== null)).toHaveLength(1);
    expect((await coordinator.plan(declaration)).actions).toEqual([]);
  }
});

test('who is overtaken by others again and again is told so, and has changed nothing', async () => {
  const z = newZone();
  const { transaction } = Database.prototype;
  let overtaken = 0;
  const overtake = jest.spyOn(Database.prototype, 'transaction').mockImplementation(async function (
    this: Database,
    work: Parameters<typeof transaction>[0],
  ) {
    overtaken++;
    const id = await coordinator.createDataflow(z, 'a');
    try {
      return await transaction.call(this, work);
    } finally {
      await lake.db.write('DELETE FROM dataflow WHERE id = ?', [id]);
    }
  });
  await expect(coordinator.apply(declare({ [`${z}:a`]: {} }))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('Nothing was done: apply it again.') as string,
  });
  overtake.mockRestore();
  expect(overtaken).toBe(5);
});

test('of two that only together close a cycle, one is applied', async () => {
  for (let round = 0; round < 5; round++) {
    const z = newZone();
    await coordinator.apply(declare({ [`${z}:a`]: {}, [`${z}:b`]: {} }));
    const results = await Promise.allSettled([
      coordinator.apply(declare({ [`${z}:a`]: { sources: [`${z}:b`] } })),
      coordinator.apply(declare({ [`${z}:b`]: { sources: [`${z}:a`] } })),
    ]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['CYCLE']);
  }
});

test('an update changes the given fields alone; null gives one its default again', async () => {
  const z = newZone();
  await coordinator.createDataflow(z, 'u', '', '', {
    trigger: { mode: 'auto', debounce: '5 min', maxWait: '1 hour' },
    description: 'd',
    config: { x: 1 },
  });
  const key = `${z}:u`;
  expect(
    await coordinator.updateDataflow(key, { trigger: { maxWait: null }, displayName: 'U' }, { by: 'ann' }),
  ).toMatchObject({
    trigger: { mode: 'auto', debounce: '5 min', maxWait: null },
    description: 'd',
    displayName: 'U',
    config: { x: 1 },
  });
  expect(await coordinator.updateDataflow(key, { description: null, config: null })).toMatchObject({
    description: null,
    config: null,
  });
  expect(await coordinator.operations.list({ subject: key })).toMatchObject([
    { kind: 'updateDataflow' },
    { by: 'ann' },
  ]);
  await coordinator.updateDataflow(key, { displayName: 'U' });
  expect(await coordinator.operations.list({ subject: key })).toHaveLength(2);
  await expect(coordinator.updateDataflow(key, { partitioned: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partitioned' },
  });
  await expect(coordinator.updateDataflow(key, { trigger: { debounce: null, maxWait: '1 h' } })).rejects.toMatchObject({
    details: { field: 'trigger.maxWait' },
  });
  await expect(coordinator.updateDataflow(`${z}:none`, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('of a deadline, an update changes what it gives; the action alone needs one that is there', async () => {
  const z = newZone();
  const id = await coordinator.createDataflow(z, 'd', '', '', {
    trigger: { deadline: { after: '6 hours', action: 'start' } },
  });
  const changed = async (deadline: DeadlineChange) =>
    (await coordinator.updateDataflow(id, { trigger: { deadline } })).trigger.deadline;
  expect(await changed({ after: '2 hours' })).toEqual({ after: '2 hours', action: 'start' });
  expect(await changed({ action: 'expire' })).toEqual({ after: '2 hours', action: 'expire' });
  expect(await changed({ after: '3 hours', action: 'start' })).toEqual({ after: '3 hours', action: 'start' });
  expect(await changed('4 hours')).toEqual({ after: '4 hours', action: 'start' });
  // A file says all of it.
  await coordinator.apply(declare({ [`${z}:d`]: { trigger: { deadline: '2 hours' } } }));
  expect((await coordinator.getDataflow(id)).trigger.deadline).toEqual({ after: '2 hours', action: 'expire' });
  expect(await changed(null)).toBeNull();
  await expect(changed({ action: 'start' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'trigger.deadline.after' },
  });
});

test('a rule that an update brings names sources only; one that is there already may have lost one', async () => {
  const z = newZone();
  const [a, b, target] = [`${z}:a`, `${z}:b`, `${z}:t`];
  await coordinator.apply(declare({ [a]: {}, [b]: {}, [target]: { sources: [a, b] } }));
  const strange = coordinator.updateDataflow(target, { trigger: { when: { any: [a, `${z}:nope`] } } });
  await expect(strange).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(`trigger.when names ${z}:nope, which is no source of it.`) as string,
    details: { field: 'trigger.when' },
  });
  expect(await coordinator.getDataflow(target)).toMatchObject({ trigger: { when: 'all' } });
  // A suspended one is one all the same.
  await lake.db.write('UPDATE dataflow_relation SET suspended_at = UTC_TIMESTAMP(6) WHERE source_dataflow_id = ?', [
    (await coordinator.getDataflow(b)).id,
  ]);
  await coordinator.updateDataflow(target, { trigger: { when: { any: [a, b] } } });

  await coordinator.apply(declare({ [a]: {}, [target]: { trigger: { when: { any: [a, b] } }, sources: [a, b] } }));
  await lake.db.write(
    'UPDATE dataflow_relation SET terminated_at = UTC_TIMESTAMP(6), open_pair = NULL WHERE source_dataflow_id = ?',
    [(await coordinator.getDataflow(b)).id],
  );
  await coordinator.updateDataflow(target, { description: 'd' });
  const exported = await coordinator.export({ zone: z });
  expect(exported.dataflows[target]).toMatchObject({ sources: [a], trigger: { when: { any: [a, b] } } });
  expect((await coordinator.apply(exported, { prune: true })).operationId).toBeNull();
});
