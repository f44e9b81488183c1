// Registration in MySQL: natural keys, relations, and what two that register at once may not do together.

import { randomUUID } from 'node:crypto';
import type { ZoneDataFlowCoordinator } from '../../src';
import { dataflowId, runId } from '../../src/domain/ids';
import { startRule } from '../../src/domain/rule';
import { NO_POLICY } from '../../src/domain/start';
import { insertRun } from '../../src/store';
import type { Queryable } from '../../src/store';
import { gate } from '../support/gate';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
let coordinator: ZoneDataFlowCoordinator;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  coordinator = lake.coordinator;
});
afterAll(() => lake.close());

let count = 0;
const create = (): Promise<string> => coordinator.createDataflow('z', `n${String(++count)}`);

test('a natural key is registered once; case, accents and trailing blanks make a difference', async () => {
  const id = await coordinator.createDataflow('rz', 'Billing', 'a', 'b');
  await expect(coordinator.createDataflow('rz', 'Billing', 'a', 'b')).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
    details: { dataflowId: id },
  });
  expect(await coordinator.createDataflow('rz', 'Billing', 'a', 'b', { ifExists: 'get' })).toBe(id);
  const others = await Promise.all(
    ['billing', 'Bílling', 'Billing ', 'Billing\t'].map((name) => coordinator.createDataflow('rz', name, 'a', 'b')),
  );
  expect(new Set([id, ...others]).size).toBe(5);
  expect(await coordinator.getDataflow('rz:Billing%20:a:b')).toMatchObject({ id: others[2], modelName: 'Billing ' });
});

test('what was registered is read back, by id and by key', async () => {
  const options = {
    trigger: { mode: 'auto', when: 'any' },
    job: { type: 'activity', name: 'load', taskQueue: 'q', retry: { maximumAttempts: 3 } },
    partitioned: true,
    workflowType: 'w',
    taskQueue: 't',
    displayName: 'Größe',
    description: 'd',
    config: { deep: { list: [1, 'x', null, true] } },
  } as const;
  const id = await coordinator.createDataflow('rz', 'full', 'k', '', options);
  const dataflow = await coordinator.getDataflow(id);
  expect(dataflow).toMatchObject({ ...options, id, key: 'rz:full:k', status: 'enabled' });
  expect(await coordinator.getDataflow('rz:full:k')).toEqual(dataflow);
  expect(await coordinator.listDataflows({ zone: 'rz' })).toContainEqual(dataflow);
});

test('a relation exists once, needs both ends, and closes no cycle', async () => {
  const [a, b, c] = [await create(), await create(), await create()];
  const id = await coordinator.associateSourceToTarget(a, b);
  await coordinator.associateSourceToTarget(b, c);
  await expect(coordinator.associateSourceToTarget(a, b)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await coordinator.associateSourceToTarget(a, b, { ifExists: 'get' })).toBe(id);
  await expect(coordinator.associateSourceToTarget(c, a)).rejects.toMatchObject({ code: 'CYCLE' });
  await expect(coordinator.associateSourceToTarget(a, a)).rejects.toMatchObject({ code: 'CYCLE' });
  await expect(coordinator.associateSourceToTarget(a, '424242')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await coordinator.listRelations()).filter((relation) => relation.sourceDataflowId === a)).toHaveLength(1);
});

test('a retired dataflow can be neither end of a relation: the refusal says which one it is', async () => {
  const [retired, other] = [await create(), await create()];
  await lake.db.write(`UPDATE dataflow SET status = 'retired' WHERE id = ?`, [retired]);
  const sides = [
    [retired, other, 'source'],
    [other, retired, 'target'],
  ] as const;
  for (const [source, target, field] of sides) {
    for (const ifExists of ['error', 'get'] as const) {
      await expect(coordinator.associateSourceToTarget(source, target, { ifExists })).rejects.toMatchObject({
        code: 'DATAFLOW_DISABLED',
        message: expect.stringContaining('is retired, for good: it can') as string,
        details: { field, status: 'retired', dataflow: (await coordinator.getDataflow(retired)).key },
      });
    }
  }
  expect((await coordinator.listRelations()).filter((relation) => relation.sourceDataflowId === other)).toEqual([]);
  await lake.db.write(`UPDATE dataflow SET status = 'disabled' WHERE id = ?`, [retired]);
  await coordinator.associateSourceToTarget(retired, other);
});

test('relations that only together close a cycle are not both taken, registered at once', async () => {
  for (let round = 0; round < 20; round++) {
    const [a, b, c] = [await create(), await create(), await create()];
    const results = await Promise.allSettled([
      coordinator.associateSourceToTarget(a, b),
      coordinator.associateSourceToTarget(b, c),
      coordinator.associateSourceToTarget(c, a),
    ]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map((result) => (result.reason as { code: string }).code)).toEqual(['CYCLE']);
  }
});

test("who relates two dataflows and why is kept; what is there already is nobody's doing", async () => {
  const [a, b] = [await create(), await create()];
  const subject = `${(await coordinator.getDataflow(a)).key} → ${(await coordinator.getDataflow(b)).key}`;
  const told = () => coordinator.operations.list({ subject });
  const refused = coordinator.associateSourceToTarget(a, b, { by: '' });
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'by' } });
  await expect(coordinator.associateSourceToTarget(a, b, { partition: 'same', by: 'ann' })).rejects.toMatchObject({
    details: { field: 'partition' },
  });
  expect(await told()).toEqual([]);

  const first = await coordinator.associateSourceToTarget(a, b, { by: 'ann', reason: 'go live' });
  expect(await told()).toMatchObject([
    { kind: 'createRelation', by: 'ann', reason: 'go live', result: { changed: true, relationId: first } },
  ]);
  await coordinator.associateSourceToTarget(a, b, { ifExists: 'get', by: 'bob' });
  await expect(coordinator.associateSourceToTarget(a, b, { by: 'bob' })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  });
  expect(await told()).toHaveLength(1);

  await lake.db.write('UPDATE dataflow_relation SET terminated_at = NOW(), open_pair = NULL WHERE id = ?', [first]);
  const second = await coordinator.associateSourceToTarget(a, b);
  const [again] = await told();
  expect(again).toMatchObject({
    kind: 'createRelation',
    reason: null,
    result: { relationId: second, partition: 'all' },
  });
  expect(again?.by).not.toBe('');
});

/** As a start opens it. */
const openIn = (tx: Queryable, dataflow: string, slot: string) =>
  insertRun(tx, {
    runId: runId(randomUUID()),
    dataflowId: dataflowId(dataflow),
    workflowId: 'w',
    state: 'started',
    slot,
    partitionKey: slot,
    requestId: null,
    triggered: false,
    rule: startRule('all'),
    policy: NO_POLICY,
    priority: 0,
    waitingFor: null,
    rerunOf: null,
    cause: null,
    withholdBy: null,
    heartbeatTimeoutMs: null,
    config: null,
    breadcrumb: null,
    metadata: null,
    externalJobRunKey: null,
    externalJobLogLink: null,
    externalProcessKey: null,
    externalProcessLogLink: null,
  });

test('a relation waits for a run that is just opening, whose partition it could not take', async () => {
  const partitioned = { partitioned: true };
  const source = await coordinator.createDataflow('z', `n${String(++count)}`, '', '', partitioned);
  const target = await coordinator.createDataflow('z', `n${String(++count)}`, '', '', partitioned);
  const [written, commit] = [gate(), gate()];
  const opening = lake.db.transaction(async (tx) => {
    await openIn(tx, source, 'date=2019-01-01');
    written.open();
    await commit.opened;
  });
  await written.opened;
  const relating = coordinator.associateSourceToTarget(source, target, { partition: 'hour→day' });
  const refused = expect(relating).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partition', partitionKey: 'date=2019-01-01' },
  });
  // The graph's row is taken, and not given back: it waits.
  const isTaken = async (): Promise<boolean> =>
    (await lake.db.select('SELECT id FROM dataflow_graph WHERE id = 1 FOR UPDATE SKIP LOCKED')).length === 0;
  await eventually(isTaken, (taken) => taken);
  commit.open();
  await opening;
  await refused;
  expect((await coordinator.listRelations()).filter(({ sourceDataflowId }) => sourceDataflowId === source)).toEqual([]);
});

test('a rule names what may become a source: what is registered, and not retired', async () => {
  const source = `z:n${String(++count)}`;
  const register = (when: object, ifExists?: 'get') =>
    coordinator.createDataflow('z', 'rule', source, '', { trigger: { when: when as { all: string[] } }, ifExists });
  const refused = { code: 'INVALID_ARGUMENT', details: { field: 'trigger.when.all.0.any.1.source', source } };
  const other = (await coordinator.getDataflow(await create())).key;
  const nested = { all: [{ any: [other, { source, optional: false }] }] };
  await expect(register(nested)).rejects.toMatchObject(refused);
  await expect(coordinator.getDataflow(`z:rule:${encodeURIComponent(source)}`)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await coordinator.createDataflow('z', source.slice(2));
  const retire = (status: string) =>
    lake.db.write('UPDATE dataflow SET status = ? WHERE dataflow_key = ?', [status, source]);
  await retire('retired');
  await expect(register(nested)).rejects.toMatchObject(refused);
  await retire('enabled');
  const id = await register(nested);
  // What is registered stays what it is, whatever has become of its sources.
  await retire('retired');
  expect(await register(nested, 'get')).toBe(id);
});

test.each<[object, string, string]>([
  [{ partitoned: true }, 'partitoned', 'Did you mean partitioned?'],
  [{ trigger: { wen: 'any' } }, 'trigger.wen', 'In trigger: There is no field "wen" here. Did you mean when?'],
  [{ job: { type: 'activity', name: 'x', taskQeue: 'q' } }, 'job.taskQeue', 'Did you mean taskQueue?'],
  [
    { job: { type: 'activity', name: 'x', retry: { attempts: 3 } } },
    'job.retry.attempts',
    'There are: maximumAttempts',
  ],
  [{ trigger: { deadline: { after: '1 h', acton: 'start' } } }, 'trigger.deadline.acton', 'Did you mean action?'],
])('a field that no dataflow has is refused, not overheard: %j', async (options, field, message) => {
  const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) as string, details: { field } };
  const name = `n${String(++count)}`;
  await expect(coordinator.createDataflow('z', name, '', '', options)).rejects.toMatchObject(refused);
  await expect(coordinator.getDataflow(`z:${name}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const id = await create();
  const before = await coordinator.getDataflow(id);
  await expect(coordinator.updateDataflow(id, options)).rejects.toMatchObject(refused);
  expect(await coordinator.getDataflow(id)).toEqual(before);
});

test('what has any fields keeps them, and one that is undefined is none', async () => {
  const options = { config: { any: { field: 1 } }, colour: undefined, trigger: { when: undefined, shape: undefined } };
  const id = await coordinator.createDataflow('z', `n${String(++count)}`, '', '', options);
  expect(await coordinator.getDataflow(id)).toMatchObject({ config: options.config, trigger: { when: 'all' } });
  const relating = coordinator.associateSourceToTarget(id, await create(), { partion: 'same' } as object);
  await expect(relating).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partion' } });
});

test('a retired dataflow is not changed, and the refusal says so', async () => {
  const id = await create();
  await lake.db.write(`UPDATE dataflow SET status = 'retired' WHERE id = ?`, [id]);
  const { key } = await coordinator.getDataflow(id);
  await expect(coordinator.updateDataflow(id, { description: 'new' })).rejects.toMatchObject({
    code: 'DATAFLOW_DISABLED',
    message: `${key} is retired, for good: it can't be changed. Register a new dataflow under another key.`,
    details: { field: 'dataflow', dataflow: key, status: 'retired' },
  });
  expect(await coordinator.operations.list({ subject: key })).toEqual([]);
});
