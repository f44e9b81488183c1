// `dlc.yaml` as people write it: what is wrong is told with its file, line and column, all of it at once.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placed } from '../../src/cli/apply/place';
import { refuse } from '../../src/domain/declaration/problems';
import { readDeclaration } from '../../src/domain/declaration/read';
import type { DlcError } from '../../src/domain/errors';
import { makePlan } from '../../src/domain/plan/plan';
import { readDeclarationFiles } from '../../src/yaml/read';

const folder = mkdtempSync(join(tmpdir(), 'dlc-yaml-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string | Uint8Array, name = 'dlc.yaml'): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The refusal of these files where nothing is registered, with the folder taken off. */
function refusal(...files: string[]): { code: string; lines: string[]; details: Readonly<Record<string, unknown>> } {
  try {
    const read = readDeclarationFiles(files);
    try {
      const { declared, problems } = readDeclaration(read.declaration);
      refuse(problems);
      refuse(makePlan(declared, { dataflows: [], relations: [] }).problems);
    } catch (error) {
      throw placed(error, read);
    }
  } catch (error) {
    const { code, message, details } = error as DlcError;
    return { code, lines: message.replaceAll(`${folder}/`, '').split('\n').slice(1), details };
  }
  throw new Error('It was taken.');
}

const lines = (text: string): string[] => refusal(fileOf(text)).lines;

test('a declaration is read with its defaults', () => {
  const text = `
version: 1
zoneOrder: [rz, sz]
dataflows:
  rz:a:
  rz:b: {}
  sz:c:
    partitioned: true
    trigger: { mode: auto, when: { any: [rz:a, { source: rz:b, within: 2 hours }] } }
    job: &load { type: activity, name: load }
    sources:
      rz:a: { partition: hour->day }
      rz:b:
  sz:d:
    job: *load
    sources: [sz:c]
`;
  const { declared, problems } = readDeclaration(readDeclarationFiles([fileOf(text)]).declaration);
  expect(problems).toEqual([]);
  expect(declared.zoneOrder).toEqual(['rz', 'sz']);
  expect(declared.dataflows).toMatchObject([
    { key: 'rz:a', sources: [] },
    { key: 'rz:b', options: { trigger: { mode: 'manual' } } },
    {
      key: 'sz:c',
      options: { partitioned: true, trigger: { mode: 'auto' } },
      sources: [
        { key: 'rz:a', partition: 'hour→day' },
        { key: 'rz:b', partition: 'same' },
      ],
    },
    { options: { job: { name: 'load' } }, sources: [{ key: 'sz:c', partition: 'all' }] },
  ]);
});

test('all that is wrong is told at once, in the order of the file', () => {
  const text = `version: 2
dataflow: {}
zoneOrder: [rz, sz, rz]
dataflows:
  rz:a:
    tigger: { mode: auto }
    trigger:
      mode: often
      when: { any: [] }
  rz:b:
    trigger:
      when:
        all:
          - { atLeast: 3, of: [rz:a, sz:x] }
      maxWait: 5 min
    sources: [sz:x, rz:a, rz:a]
  sz:c:
    partitioned: yes
    job:
      type: activity
      nmae: load
    maxConcurrentRuns: 0
    sources:
      rz:a: { partition: hour→fortnight, with: 1 }
  nokey: {}
`;
  const { code, lines: told, details } = refusal(fileOf(text));
  expect(code).toBe('INVALID_ARGUMENT');
  expect(told).toEqual([
    'dlc.yaml:1:10: version must be 1: the version of the form of this file. Got 2.',
    'dlc.yaml:2:1: There is no field "dataflow" here. Did you mean dataflows?',
    'dlc.yaml:3:21: rz is there twice.',
    'dlc.yaml:6:5: There is no field "tigger" here. Did you mean trigger?',
    'dlc.yaml:8:13: trigger.mode must be one of manual, auto. Got "often".',
    'dlc.yaml:9:15: trigger.when.any must be a list of one or more.',
    'dlc.yaml:14:24: trigger.when.all.0.atLeast needs 3 of its parts, but only 2 of them can be waited for. Got 3.',
    'dlc.yaml:16:27: rz:a is there twice.',
    'dlc.yaml:18:18: partitioned must be true or false. Got "yes".',
    'dlc.yaml:19:5: job.name must be text.',
    'dlc.yaml:21:7: There is no field "nmae" here. Did you mean name?',
    'dlc.yaml:22:24: maxConcurrentRuns must be a whole number from 1 to 1,000,000. Got 0.',
    "dlc.yaml:24:26: partition must be a mapping such as 'same', 'all', 'none', 'hour→day', 'month→day as date', 'keep:date'. Got \"hour→fortnight\".",
    'dlc.yaml:24:42: There is no field "with" here. There are: partition.',
    'dlc.yaml:25:3: "nokey" isn\'t a dataflow key: write zone:modelName[:modelKey[:modelSecKey]], for example rz:billing4:acme.',
  ]);
  expect(details).toMatchObject({ field: 'version', line: 1, column: 10, problems: expect.any(Array) });
});

test.each<[string, string, string[]]>([
  [
    'maxWait without debounce',
    'rz:a: { trigger: { maxWait: 5 min } }',
    ['3:31: trigger.maxWait ends what trigger.debounce delays'],
  ],
  ['places of one slot', 'rz:a: { maxConcurrentRuns: 2 }', ['3:30: maxConcurrentRuns is for a dataflow that runs per']],
  [
    'a mapping that does not suit',
    'rz:a: { sources: { rz:b: { partition: same } } }\n  rz:b:',
    ["3:41: The target doesn't run per"],
  ],
  ['a source twice', 'rz:a: { sources: [rz:b, rz:b] }\n  rz:b:', ['3:27: rz:b is there twice.']],
  ['a relation to itself', 'rz:a: { sources: [rz:a] }', ["3:21: rz:a can't be its own source."]],
  ['a name with a line break', '"rz:a\\nb": {}', ['3:3: Write the key "rz:a']],
  ['a field called __proto__', 'rz:a: { __proto__: { mode: auto } }', ['3:11: There is no field "__proto__" here.']],
  [
    'a text that is no deadline',
    'rz:a: { trigger: { deadline: { after: 5 min, action: stop } } }',
    ['3:56: trigger.deadline.action must be one of expire, start. Got "stop".'],
  ],
  ['a dataflow that is a text', 'rz:a: auto', ['3:9: A dataflow must be a map of its fields. Got "auto".']],
  ['a list instead of a map', 'rz:a: [1]', ['3:3: A dataflow must be a map of its fields.']],
  ['a merge key', 'rz:a: &a {}\n  rz:b: { <<: *a }', ['4:11: Merge keys (<<)']],
  [
    'a number that loses digits',
    'rz:a: { config: { id: 12345678901234567890 } }',
    ['3:25: The number 12345678901234567890 has too many digits.'],
  ],
  [
    'an endless number in config',
    'rz:a:\n    config:\n      rates: [1, .inf]',
    ['5:18: config.rates.1 must be JSON: text, a finite number,'],
  ],
  ['a key twice', 'rz:a: {}\n  rz:a: {}', ['4:3: "rz:a" is there twice, first in line 3.']],
  ['a tag', 'rz:a: { description: !secret x }', ['3:24: Unresolved tag: !secret']],
  ['an alias of nothing', 'rz:a: *b', ['3:9: There is no &b before this.']],
  ['a wrong indent', 'rz:a:\n    trigger: {}\n   job: {}', ['5:1: All mapping items must start at the same column']],
  ['an open quote', 'rz:a: "x', ['4:1: Missing closing "quote']],
])('%s is refused where it stands', (_, dataflows, expected) => {
  const told = lines(`version: 1\ndataflows:\n  ${dataflows}\n`);
  expect(told).toEqual(expected.map((start) => expect.stringContaining(`dlc.yaml:${start}`)));
});

test('a rule about no source is refused where it names it, of a schedule too', () => {
  const text = `version: 1
dataflows:
  rz:b:
  rz:a:
    trigger: { when: { any: [rz:b, { source: rz:x }] } }
    sources: [rz:b]
    schedule: { cron: 0 6 * * *, dependencyCheck: { all: [rz:b, { any: [rz:b, rz:y] }] } }
    schedules:
      late:
        cron: 0 7 * * *
        dependencyCheck: { any: [rz:z] }
`;
  const { lines: told, details } = refusal(fileOf(text));
  const why = 'which is no source of it. Add it to sources, or leave it out.';
  expect(told).toEqual([
    `dlc.yaml:5:46: The rule names rz:x, ${why}`,
    `dlc.yaml:7:79: The rule names rz:y, ${why}`,
    `dlc.yaml:11:34: The rule names rz:z, ${why}`,
  ]);
  expect(details['field']).toBe('dataflows.rz:a.trigger.when.any.1.source');
});

test('a cycle is told with its way round, at a source on it', () => {
  const text =
    'version: 1\ndataflows:\n  a:a: { sources: [a:c, a:z] }\n  a:b: { sources: [a:a] }\n  a:c: { sources: [a:b] }\n  a:z:\n';
  expect(refusal(fileOf(text))).toMatchObject({
    code: 'CYCLE',
    lines: ['dlc.yaml:3:20: These sources close a cycle: a:c → a:a → a:b → a:c. Leave one of them out.'],
    details: { path: ['a:c', 'a:a', 'a:b', 'a:c'], file: expect.stringContaining('dlc.yaml'), line: 3, column: 20 },
  });
});

test('sources against the zone order are refused', () => {
  expect(lines('version: 1\nzoneOrder: [rz, sz]\ndataflows:\n  rz:a:\n    sources:\n      - sz:b\n  sz:b:\n')).toEqual([
    'dlc.yaml:6:9: A relation from zone sz to zone rz goes against the zone order rz → sz.',
  ]);
  expect(lines('version: 1\nzoneOrder: [rz, rz]\ndataflows: {}\n')).toEqual(['dlc.yaml:2:17: rz is there twice.']);
});

test('what is no such file is refused as cleanly', () => {
  expect(lines('')).toEqual(['dlc.yaml:1:1: There is nothing in this file. It begins with version: 1.']);
  expect(lines('# nothing\n---\n...\n')).toEqual([
    'dlc.yaml:2:4: A declaration must be a map with version: 1 and dataflows.',
  ]);
  expect(lines('- a\n')).toEqual(['dlc.yaml:1:1: A declaration must be a map with version: 1 and dataflows.']);
  expect(lines('version: 1\ndataflows:\n')).toEqual(['dlc.yaml:2:1: dataflows must be a map from key to dataflow.']);
  expect(lines('dataflows: {}\n')).toEqual(['dlc.yaml:1:1: version must be 1: the version of the form of this file.']);
  expect(lines('version: 1\ndataflows: {}\n---\nversion: 1\n')).toEqual([
    'dlc.yaml:3:1: A second document begins here (---). Keep one in a file.',
  ]);
  expect(lines(`a: ${'['.repeat(50_000)}`).length).toBeLessThan(5);
  expect(lines(`a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toEqual([
    expect.stringMatching(/^dlc.yaml:1:\d+: This is nested too deep to be read.$/),
  ]);
  const nested = `version: 1\ndataflows: { a:b: { config: { x: ${'['.repeat(150)}${']'.repeat(150)} } } }`;
  expect(lines(nested)).toEqual([expect.stringMatching(/^dlc.yaml:2:\d+: This is nested deeper than 100 levels.$/)]);
  const bomb = ['a: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++) {
    bomb.push(`b${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  expect(lines(bomb.join('\n'))).toEqual([expect.stringContaining('This file holds more than 500,000 values')]);
  expect(lines('a: &a [*a]')).toEqual([expect.stringMatching(/^dlc.yaml:1:\d: /)]);
  const latin = Buffer.from('version: 1\ndataflows:\n  rz:a: { description: Größe }\n', 'latin1');
  expect(refusal(fileOf(latin)).lines).toEqual([
    "dlc.yaml:3:26: What stands here isn't UTF-8. Save the file as UTF-8.",
  ]);
  expect(refusal(fileOf(Buffer.from('version: 1\n', 'utf16le'))).lines).toHaveLength(1);
  const missing = join(folder, 'no.yaml');
  expect(() => readDeclarationFiles([missing])).toThrow(`${missing} can't be read: there is no such file.`);
  expect(() => readDeclarationFiles([folder])).toThrow('it is a folder');
});

test('a byte order mark and the line ends of other systems are fine', () => {
  const text = '\uFEFFversion: 1\r\ndataflows:\r\n  rz:a:\r\n    descripton: x\r\n';
  expect(lines(text)).toEqual(['dlc.yaml:4:5: There is no field "descripton" here. Did you mean description?']);
});

test('several files are one; what is in two of them is told with both places', () => {
  const first = fileOf('version: 1\nzoneOrder: [rz, sz]\ndataflows:\n  rz:a:\n', 'one.yaml');
  const second = fileOf('version: 1\ndataflows:\n  sz:b: { sources: [rz:a] }\n', 'two.yaml');
  const { declared, problems } = readDeclaration(readDeclarationFiles([first, second, first]).declaration);
  expect(problems).toEqual([]);
  expect(declared.dataflows.map(({ key }) => key)).toEqual(['rz:a', 'sz:b']);
  const wrong = fileOf('version: 1\nzoneOrder: [sz, rz]\ndataflows:\n  rz:a:\n', 'three.yaml');
  expect(refusal(first, second, wrong).lines).toEqual([
    `three.yaml:2:1: zoneOrder isn't the same as in one.yaml:2:1.`,
    `three.yaml:4:3: rz:a is declared already in one.yaml:4:3.`,
  ]);
  const back = fileOf(
    'version: 1\ndataflows:\n  rz:c: { sources: [sz:b] }\n  sz:d: { job: { type: external, nam: x } }\n',
    'four.yaml',
  );
  expect(refusal(first, second, back).lines).toEqual([
    'four.yaml:3:21: A relation from zone sz to zone rz goes against the zone order rz → sz.',
    'four.yaml:4:34: There is no field "nam" here. There are: type, heartbeatTimeout.',
  ]);
});
