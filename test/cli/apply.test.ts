// `dlc apply`, `dlc export`, `dlc schema` and `dlc dataflow update`, as a shell or a deployment step sees them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declarationJsonSchema, InvalidArgumentError } from '../../src';
import { placed } from '../../src/cli/apply/place';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { dlc, failure, json, parse } from './dlc';
import type { Settings } from './dlc';

const folder = mkdtempSync(join(tmpdir(), 'dlc-apply-'));
let lake: Lake;
let settings: Settings;
let z: string;
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  settings = { DLC_MYSQL_URL: lake.mysqlUrl, DLC_TASK_QUEUE: lake.taskQueue, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  z = lake.zone('rz');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await lake.close();
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a file is planned, applied once, exported, and applied again for nothing; nothing of it needs Temporal', async () => {
  const path = file(
    'dlc.yaml',
    `version: 1\ndataflows:\n  ${z}:a:\n    description: raw\n  ${z}:b:\n    trigger: { mode: auto }\n    sources: [${z}:a]\n`,
  );
  const plan = `+ dataflow ${z}:a\n    description: raw\n+ dataflow ${z}:b\n    trigger.mode: auto\n+ relation ${z}:a → ${z}:b (all)\n\nPlan: 3 to create, 0 to change, 0 to terminate.\n`;
  expect(await dlc(settings, 'apply', '-f', path, '--dry-run')).toEqual({ status: 0, stdout: plan, stderr: '' });
  expect(await dlc(settings, 'apply', '-f', path, '--by', 'ann', '--reason', 'first')).toEqual({
    status: 0,
    stdout: 'Applied: 3 created, 0 changed, 0 terminated.\n',
    stderr: plan,
  });
  const nothing = {
    applied: false,
    actions: [],
    summary: { create: 0, change: 0, terminate: 0 },
    operationId: null,
    woken: 0,
  };
  expect(await json(settings, 'apply', '-f', path)).toEqual(nothing);
  expect(await json(settings, 'operations', path)).toMatchObject([{ kind: 'apply', by: 'ann', reason: 'first' }]);

  const out = join(folder, 'out.yaml');
  expect(await json(settings, 'export', '--no-schedules', '--zone', z, '-o', out)).toEqual({ file: out, dataflows: 2 });
  const { stdout: exported } = await dlc(settings, 'export', '--no-schedules', '--zone', z);
  expect(exported).toBe(readFileSync(out, 'utf8'));
  expect(exported).toContain(`\n  ${z}:b:\n    trigger:\n      mode: auto\n    sources:\n      - ${z}:a\n`);
  expect(await json(settings, 'apply', '-f', out, '--prune')).toEqual(nothing);
});

test('an export without Temporal says how to do without, unless it is MySQL that is away', async () => {
  const away = await dlc(settings, 'export', '--zone', z);
  expect(away).toMatchObject({ status: 14, stdout: '' });
  expect(away.stderr).toMatch(/Temporal .+ --no-schedules writes the rest\.\n$/);
  const neither = await dlc({ ...settings, DLC_MYSQL_URL: 'mysql://x@127.0.0.1:1/x' }, 'export', '--zone', z);
  expect(neither.status).toBe(14);
  expect(neither.stderr).not.toContain('--no-schedules');
});

test('a change is shown field by field', async () => {
  const path = file('changed.yaml', `version: 1\ndataflows:\n  ${z}:a: { description: rawer }\n  ${z}:b: {}\n`);
  const { stdout } = await dlc(settings, 'apply', '-f', path, '--dry-run');
  expect(stdout).toBe(
    `~ dataflow ${z}:a\n    description: raw → rawer\n~ dataflow ${z}:b\n    trigger.mode: auto → manual\n- relation ${z}:a → ${z}:b\n\nPlan: 0 to create, 2 to change, 1 to terminate.\n`,
  );
});

test('what is wrong is told by file, line and column, without a hint at options that it has nothing to do with', async () => {
  const path = file('wrong.yaml', `version: 1\nzoneOrder: [1]\ndataflows:\n  ${z}:c:\n    sorces: [${z}:a]\n`);
  const result = await dlc({}, 'apply', '-f', path, '--json');
  expect(result.status).toBe(2);
  expect(parse(result)).toEqual({
    error: {
      code: 'INVALID_ARGUMENT',
      message: `Refused:\n${path}:2:13: A zone must be text. Got 1.\n${path}:5:5: There is no field "sorces" here. Did you mean sources?`,
      details: {
        field: 'zoneOrder.0',
        file: path,
        line: 2,
        column: 13,
        problems: [
          { field: 'zoneOrder.0', file: path, line: 2, column: 13, message: 'A zone must be text. Got 1.' },
          { field: `dataflows.${z}:c.sorces`, file: path, line: 5, column: 5, message: expect.any(String) },
        ],
      },
    },
  });
  const unknown = file(
    'unknown.yaml',
    `version: 1\ndataflows:\n  ${z}:c:\n    sources:\n      - ${z}:x\n      - ${z}:aa\n`,
  );
  const { stderr: told } = await dlc(settings, 'apply', '-f', unknown);
  expect(told).toContain(`${unknown}:5:9: There is no dataflow ${z}:x.`);
  expect(told).toContain(`${unknown}:6:9: There is no dataflow ${z}:aa. Did you mean ${z}:a?`);
  const cycle = file('cycle.yaml', `version: 1\ndataflows:\n  ${z}:a: { sources: [${z}:b] }\n`);
  expect(await failure(settings, 'apply', '-f', cycle)).toEqual({ status: 11, code: 'CYCLE' });
  expect(await failure(settings, 'apply', '-f', join(folder, 'none.yaml'))).toEqual({
    status: 2,
    code: 'INVALID_ARGUMENT',
  });
});

test('all of it is told at once; without a server that is needed for the rest, what the file itself has wrong', async () => {
  const text = `version: 1
dataflows:
  ${z}:f: { descripton: raw, trigger: { mode: often } }
  ${z}:g:
    sources: [${z}:f, ${z}:nope]
    trigger: { when: { any: [${z}:f, ${z}:h] } }
`;
  const faults = (stderr: string): string[] => [...stderr.matchAll(/^.+?\.yaml:(\d+:\d+): /gm)].map(([, at]) => at!);
  const path = file('faults.yaml', text);
  const itself = ['3:' + String(text.split('\n')[2]!.indexOf('descripton') + 1)].concat(
    '3:' + String(text.split('\n')[2]!.indexOf('often') + 1),
  );
  const registry = ['5', '6'].map((line) => {
    const shown = text.split('\n')[Number(line) - 1]!;
    return `${line}:${String(shown.search(/rz[^ ]*:(nope|h)/) + 1)}`;
  });
  const { status, stderr } = await dlc(settings, 'apply', '-f', path);
  expect(status).toBe(2);
  expect(faults(stderr)).toEqual([...itself, ...registry]);
  const away = { ...settings, DLC_MYSQL_URL: 'mysql://x@127.0.0.1:1/x' };
  expect(faults((await dlc(away, 'apply', '-f', path)).stderr)).toEqual(itself);
  const scheduled = file('scheduled.yaml', `${text}    schedule: { cron: 0 0 30 2 * }\n`);
  expect(faults((await dlc(settings, 'apply', '-f', scheduled)).stderr)).toEqual(itself);
  const fine = file('fine.yaml', `version: 1\ndataflows:\n  ${z}:f: {}\n`);
  expect(await failure(away, 'apply', '-f', fine)).toEqual({ status: 14, code: 'UNAVAILABLE' });
});

test('who applies it, and why, is refused as an option, whether or not there is anything to do', async () => {
  const path = file('who.yaml', `version: 1\ndataflows:\n  ${z}:w: {}\n`);
  for (const [option, text, message] of [
    ['by', 'x'.repeat(300), 'by must have 255 characters at most.'],
    ['reason', '', 'reason must not be empty; leave it out instead.'],
  ] as const) {
    const { status, stderr } = await dlc(settings, 'apply', '-f', path, `--${option}`, text);
    expect(status).toBe(2);
    expect(stderr).toContain(`INVALID_ARGUMENT: The operation is refused: ${message} Got "`);
    expect(stderr).toContain(`With dlc: --${option}.`);
  }
  await json(settings, 'apply', '-f', path);
  expect(await failure(settings, 'apply', '-f', path, '--by', '')).toEqual({ status: 2, code: 'INVALID_ARGUMENT' });
});

test('a refusal that is not about the file is not placed in it', () => {
  const error = new InvalidArgumentError('by is too long', { field: 'by', problems: [{ field: 'by', message: 'm' }] });
  const read = { declaration: {}, name: 'dlc.yaml', place: () => ({ file: '', line: 1, column: 1, message: '' }) };
  expect(placed(error, read)).toBe(error);
});

test('the schema is printed', async () => {
  expect(await json({}, 'schema')).toEqual(declarationJsonSchema());
});

test('an update changes what is given, and unsets what is named', async () => {
  const key = `${z}:u`;
  await json(settings, 'dataflow', 'create', key, '--description', 'd', '--debounce', '5 min', '--max-wait', '1 h');
  const update = ['dataflow', 'update', key];
  expect(
    await json(settings, ...update, '--display-name', 'U', '--unset', 'trigger.maxWait,description', '--by', 'ann'),
  ).toMatchObject({
    displayName: 'U',
    description: null,
    trigger: { mode: 'manual', debounce: '5 min', maxWait: null },
  });
  expect(await json(settings, 'operations', key)).toMatchObject([{ kind: 'updateDataflow', by: 'ann' }]);
  const texts = ['--display-name', '--config', '--debounce', '--max-wait', '--max-sources', '--on-error', '--when'];
  await json(
    settings,
    ...update,
    '--config',
    '{"x":1}',
    '--max-sources',
    '5',
    '--on-error',
    'release',
    '--when',
    'any',
  );
  expect(await json(settings, ...update, ...texts.flatMap((option) => [option, '']))).toMatchObject({
    ...{ displayName: null, config: null, onError: 'hold' },
    trigger: { mode: 'manual', when: 'all', debounce: null, maxWait: null, maxSources: null },
  });
  for (const wrong of [
    ['--unset', 'debonce'],
    ['--unset', 'description', '--description', 'x'],
  ]) {
    expect(await failure(settings, ...update, ...wrong)).toEqual({ status: 2, code: 'INVALID_ARGUMENT' });
  }
});
