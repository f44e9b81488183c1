// Declarations: the published schema and what reads them agree, and an export changes nothing.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import type { Dataflow, Declaration, Relation } from '../../src';
import { DESCRIPTIONS } from '../../src/domain/declaration/descriptions';
import { declarationOf } from '../../src/domain/declaration/export';
import { declarationJsonSchema } from '../../src/domain/declaration/json-schema';
import type { JsonSchema } from '../../src/domain/declaration/json-schema';
import { readDeclaration } from '../../src/domain/declaration/read';
import type { Declared } from '../../src/domain/declaration/read';
import { dataflowId, relationId } from '../../src/domain/ids';
import { nearest } from '../../src/domain/nearest';
import { makePlan } from '../../src/domain/plan/plan';
import type { Registered } from '../../src/domain/plan/registered';
import { compactSchedule, parseSchedule } from '../../src/domain/schedule';
import { readDeclarationFiles } from '../../src/yaml/read';
import { writeDeclaration } from '../../src/yaml/write';
import { declarations } from '../support/declarations';

const folder = mkdtempSync(join(tmpdir(), 'dlc-declaration-'));
afterAll(() => rmSync(folder, { recursive: true }));

const formats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/ };
const options = { strict: true, allowUnionTypes: true, allErrors: true, formats } as const;
const validate = new Ajv(options).compile(declarationJsonSchema());
const problems = (declaration: unknown): unknown => readDeclaration(declaration).problems;

test('every field of the schema has a description, and every description a field', () => {
  const found = new Set<string>();
  const visit = (schema: JsonSchema, path: readonly string[]): void => {
    if (schema.description !== undefined) found.add(path.join('.'));
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      if (field.description === undefined) throw new Error(`${[...path, name].join('.')} has no description.`);
      visit(field, [...path, name]);
    }
    for (const each of schema.anyOf ?? []) visit(each, path);
    if (schema.items) visit(schema.items, [...path, '*']);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, [...path, '*']);
  };
  const { definitions = {}, ...schema } = declarationJsonSchema();
  visit(schema, []);
  expect([...found].sort()).toEqual(Object.keys(DESCRIPTIONS).sort());
  for (const each of Object.values(definitions)) visit(each, ['rule']);
});

test.each<[Declaration['dataflows']]>([
  [{}],
  [{ 'rz:a': null, 'rz:b:k:s': {} }],
  [
    {
      'rz:a': {
        trigger: { mode: 'auto', when: 'any', deadline: { after: '6 h', action: 'start' } },
        config: { any: [1, null] },
      },
    },
  ],
  [{ 'rz:a': { job: { type: 'activity', name: 'x', retry: { maximumAttempts: 3 }, startToCloseTimeout: 1000 } } }],
  [
    {
      'rz:a': {},
      'rz:b': { trigger: { when: { all: ['rz:a', { any: [{ source: 'rz:a', count: 24 }] }] } }, sources: ['rz:a'] },
    },
  ],
  [
    {
      'rz:a': {
        schedule: { cron: ['@daily', '0 6 * * MON'], timeZone: 'Europe/Berlin', endAt: '2030-01-01T00:00:00Z' },
        schedules: {
          often: { interval: { every: '1 hour' }, skip: [{ hour: { start: 1, end: 3 } }], overlap: 'skip' },
        },
      },
    },
  ],
  [{ 'rz:a': {}, 'rz:b': { partitioned: true, sources: { 'rz:a': { partition: 'hour→day' } } } }],
])('the schema and the reader both take %j', (dataflows) => {
  const declaration = { version: 1, dataflows };
  expect({ problems: problems(declaration), errors: (validate(declaration), validate.errors) }).toEqual({
    problems: [],
    errors: null,
  });
});

test.each([
  [{ version: 2, dataflows: {} }],
  [{ version: 1 }],
  [{ version: 1, dataflows: [] }],
  [{ version: 1, dataflow: {}, dataflows: {} }],
  [{ version: 1, dataflows: { nokey: {} } }],
  [{ version: 1, dataflows: { 'rz:a': { job: { type: 'activity' } } } }],
  [{ version: 1, dataflows: { 'rz:a': { job: { type: 'external', name: 'x' } } } }],
  [{ version: 1, dataflows: { 'rz:a': { ifExists: 'get' } } }],
  [{ version: 1, dataflows: { 'rz:a': { trigger: { when: { any: [] } } } } }],
  [{ version: 1, dataflows: { 'rz:a': { trigger: { when: { all: ['rz:b'], any: ['rz:b'] } } } } }],
  [{ version: 1, dataflows: { 'rz:a': { trigger: { when: { source: 'rz:b', cuont: 2 } } } } }],
  [{ version: 1, dataflows: { 'rz:a': { sources: { 'rz:b': { mapping: 'same' } } } } }],
  [{ version: 1, dataflows: { 'rz:a': { sources: [1] } } }],
])('the schema and the reader both refuse %j', (declaration) => {
  expect(validate(declaration)).toBe(false);
  expect(problems(declaration)).not.toEqual([]);
});

/** What would be registered, without a database. */
function registered({ dataflows }: Declared): Registered {
  const id = new Map(dataflows.map(({ key }, at) => [key, dataflowId(at)]));
  const at = new Date(0);
  return {
    dataflows: dataflows.map(({ key, parts, options }): Dataflow => {
      return { ...options, ...parts, key, id: id.get(key)!, status: 'enabled', pause: null, createdAt: at };
    }),
    relations: dataflows.flatMap(({ key: targetKey, sources }) =>
      (sources ?? []).map(({ key: sourceKey, partition }): Relation => ({
        ...({ suspendedAt: null, suspendedBacklog: null, suspendedBy: null, suspendReason: null } as const),
        ...({ terminatedAt: null, terminatedBy: null, terminateReason: null, createdAt: at } as const),
        id: relationId(`${sourceKey} ${targetKey}`),
        sourceDataflowId: id.get(sourceKey)!,
        sourceKey,
        targetDataflowId: id.get(targetKey)!,
        targetKey,
        partition,
      })),
    ),
  };
}

test('whatever is registered, its export is read back as the same, and written the same again', () => {
  let count = 0;
  fc.assert(
    fc.property(declarations('zö ne:'), (declaration) => {
      const { declared, problems } = readDeclaration(declaration);
      expect(problems).toEqual([]);
      if (!validate(declaration)) throw new Error(JSON.stringify(validate.errors));
      const lake = registered(declared);
      const text = writeDeclaration(declarationOf(lake));
      const file = join(folder, `${++count}.yaml`);
      writeFileSync(file, text);
      const back = readDeclaration(readDeclarationFiles([file]).declaration);
      expect(back.problems).toEqual([]);
      expect(makePlan(back.declared, lake, { prune: true })).toEqual({
        plan: { actions: [], summary: { create: 0, change: 0, terminate: 0 } },
        problems: [],
      });
      expect(writeDeclaration(declarationOf(registered(back.declared)))).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test('a rule that is registered already may name a source that is none any more; no other may', () => {
  const schedule = { cron: '@daily', dependencyCheck: { any: ['ru:s', 'ru:t'] } } as const;
  const whole: Declaration['dataflows'] = {
    'ru:s': {},
    'ru:t': {},
    'ru:x': { trigger: { when: { any: ['ru:s', 'ru:t'] } }, sources: ['ru:s', 'ru:t'], schedule },
  };
  const declare = (changed: object) =>
    readDeclaration({ version: 1, dataflows: { ...whole, 'ru:x': { ...whole['ru:x'], ...changed } } });
  const lake = registered(declare({}).declared);
  const starts = { workflowType: null, taskQueue: null };
  const schedules = new Map([['ru:x', [{ name: '', spec: compactSchedule(parseSchedule(schedule)), starts }]]]);
  const refused = (changed: object, relations: readonly Relation[]): string[] => {
    const { declared, problems: inside } = declare(changed);
    const planned = makePlan(declared, { ...lake, schedules, relations });
    return [...inside, ...planned.problems].map(({ path }) => path.join('.'));
  };
  const now = lake.relations.filter(({ sourceKey }) => sourceKey !== 'ru:s');
  expect(refused({ sources: ['ru:t'] }, now)).toEqual([]);
  const [when, check] = ['trigger.when', 'schedule.dependencyCheck'].map((field) => `dataflows.ru:x.${field}`);
  expect(refused({ sources: ['ru:t'], trigger: { when: { all: ['ru:s', 'ru:t'] } } }, now)).toEqual([
    `${when}.all.0.source`,
  ]);
  expect(
    refused({ sources: ['ru:t'], schedule: { ...schedule, dependencyCheck: { all: ['ru:s', 'ru:t'] } } }, now),
  ).toEqual([`${check}.all.0.source`]);
  // Left out of its sources, and not of its rules.
  expect(refused({ sources: ['ru:t'] }, lake.relations)).toEqual([`${when}.any.0.source`, `${check}.any.0.source`]);
});

test('what is wrong with one field hides nothing of the others, and makes up nothing', () => {
  const told = (dataflows: object, lake: Registered = { dataflows: [], relations: [] }, prune = false): string[] => {
    const { declared, problems: inside } = readDeclaration({ version: 1, dataflows });
    return [...inside, ...makePlan(declared, lake, { prune }).problems].map(({ path }) => path.slice(1).join(' '));
  };
  const never = { partition: '{dya}', cron: '@daily' };
  const rule = { when: { any: ['ru:a', 'ru:b'] } };
  expect(
    told({
      'ru:a': { job: 7, schedules: { one: never, two: { cron: '@daily', overlap: 'skip' } }, partitioned: true },
      'ru:b': { trigger: rule, sources: ['ru:a', 'ru:nope'], maxConcurrentRuns: 0 },
      // Whatever it was to be, it is there.
      'ru:c': 'auto',
      'ru:d': { sources: ['ru:c'], trigger: { when: { all: ['ru:c', 'ru:a'] } } },
    }),
  ).toEqual([
    ...['ru:a job', 'ru:a schedules one partition', 'ru:a schedules two partition', 'ru:b maxConcurrentRuns', 'ru:c'],
    ...['ru:b trigger when any 1 source', 'ru:d trigger when all 1 source', 'ru:b sources 1'],
  ]);
  // Sources that nobody can read are no reason to find fault with a rule, a schedule, or a cycle, or to prune what they name.
  const before = readDeclaration({
    version: 1,
    dataflows: {
      'ru:a': { partitioned: true },
      'ru:b': { partitioned: true, sources: { 'ru:a': { partition: 'hour→day' } } },
      'ru:c': {},
    },
  });
  const lake = registered(before.declared);
  const schedule = { cron: '@daily', partition: 'date={day}' };
  const changed = { 'ru:a': { partitioned: true, sources: ['ru:b'], schedule }, 'ru:c': {} };
  expect(told({ ...changed, 'ru:b': { partitioned: true, sources: 5, trigger: rule } }, lake)).toEqual([
    'ru:b sources',
  ]);
  expect(told({ ...changed, 'ru:b': { partitioned: true, souces: ['ru:c'], trigger: rule } }, lake)).toEqual([
    'ru:b souces',
  ]);
  expect(told({ ...changed, 'ru:b': { partitoned: true } }, lake, true)).toEqual(['ru:b partitoned']);
  const cycle = { ...changed, 'ru:b': { partitioned: true, sources: ['ru:a'], onError: 'stop' } };
  expect(new Set(told(cycle, lake))).toEqual(new Set(['ru:b onError', 'ru:a sources 0']));
});

test('an export reads like a file that a person wrote', () => {
  const { declared } = readDeclaration({
    version: 1,
    dataflows: {
      'sz:b': {
        trigger: { mode: 'auto', when: { all: ['rz:a'] }, deadline: { after: '6 h' } },
        sources: { 'rz:a': null },
        job: { type: 'external' },
      },
      'rz:a': { description: 'One line.\nAnother one.', slotOrder: 'ready', config: { owner: 'billing' } },
    },
  });
  expect(writeDeclaration(declarationOf(registered(declared))))
    .toBe(`# yaml-language-server: $schema=node_modules/datalake-lineage/dist/dlc.schema.json
version: 1
dataflows:
  rz:a:
    description: |-
      One line.
      Another one.
    config:
      owner: billing

  sz:b:
    trigger:
      mode: auto
      when:
        all:
          - rz:a
      deadline: 6 h
    sources:
      - rz:a
`);
});

test("an export writes a schedule's rule as its author would", () => {
  const rule = { all: ['rz:a', { any: [{ source: 'rz:b', count: 24 }, 'rz:c'] }] } as const;
  const spec = compactSchedule(parseSchedule({ cron: '@daily', dependencyCheck: rule }));
  const { declared } = readDeclaration({ version: 1, dataflows: { 'sz:t': {} } });
  const starts = { workflowType: null, taskQueue: null };
  const { dataflows } = declarationOf({
    ...registered(declared),
    schedules: new Map([['sz:t', [{ name: '', spec, starts }]]]),
  });
  expect(dataflows['sz:t']).toEqual({ schedule: { cron: '@daily', dependencyCheck: rule } });
});

test('a slip finds the name that was meant, something else none', () => {
  const names = ['trigger', 'job', 'partitioned', 'maxConcurrentRuns', 'taskQueue'];
  expect(
    ['tigger', 'triggre', 'jbo', 'MaxConcurrentRuns', 'partioned', 'queue', 'x', ''].map((name) =>
      nearest(name, names),
    ),
  ).toEqual([
    ...['trigger', 'trigger', 'job', 'maxConcurrentRuns', 'partitioned'],
    ...[undefined, undefined, undefined],
  ]);
});
