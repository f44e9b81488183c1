// What `dlc` says of itself, and how it gets on with other programs in a pipe.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ERROR_CODES } from '../../src';
import { EXIT_STATUS } from '../../src/cli/exit-status';
import { table } from '../../src/cli/format';
import { inDlcWords } from '../../src/cli/hints';
import { number } from '../../src/cli/options';
import { addSpecOptions, specChangeOf } from '../../src/cli/schedule/options';
import type { SpecOptions } from '../../src/cli/schedule/options';
import { dlc, main, parse } from './dlc';

test('--version is the package version', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  expect(await dlc({}, '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help shows the main flow and every exit status', async () => {
  const { status, stdout } = await dlc({}, '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('$ dlc run finish RUN_ID --status success --record-count 103');
  for (const code of ERROR_CODES) expect(stdout).toMatch(new RegExp(`^ +${EXIT_STATUS[code]}  ${code}`, 'm'));
});

test('every error code has an exit status of its own', () => {
  expect(new Set(Object.values(EXIT_STATUS)).size).toBe(ERROR_CODES.length);
});

test('without a command, help goes to stderr and the status says wrong use', async () => {
  for (const args of [[], ['run']]) {
    const { status, stdout, stderr } = await dlc({}, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: dlc');
  }
});

test('a reader that has seen enough is no error', () => {
  const script = '{ "$0" "$1" --help; echo "status $?" >&2; } | true';
  const { stderr } = spawnSync('sh', ['-c', script, process.execPath, main]);
  expect(stderr.toString()).toBe('status 0\n');
});

test('columns are as wide as their widest cell, numbers stand to the right', () => {
  expect(
    table(
      ['name', 'rows'],
      [
        ['a', 5],
        ['longer', 1234],
        [null, null],
      ],
    ),
  ).toBe(['NAME    ROWS', 'a          5', 'longer  1234', '-          -'].join('\n'));
});

test('numbers are decimal digits; which of them are allowed, the domain says', () => {
  const read = ['0', '103', '+5', '-1', '1.5', '.5', '007'].map((text) => number(text));
  expect(read).toEqual([0, 103, 5, -1, 1.5, 0.5, 7]);
  for (const text of ['', ' ', '.', '0x10', '0b1', '1e3', '1_000', '1,000', 'Infinity', 'NaN', '9'.repeat(400)]) {
    expect(() => number(text)).toThrow('It must be a number, in decimal digits.');
  }
});

test.each([
  ['--offset', 'schedule', 'create', 'sz:t', '--offset', '5min'],
  ['--offset', 'schedule', 'update', 'sz:t', '--every', '', '--offset', '5min'],
  ['--deadline', 'schedule', 'create', 'sz:t', '--cron', '@daily', '--deadline-action', 'start'],
  ['--deadline', 'backfill', 'start', 'sz:t', '--from', '2019', '--to', '2019', '--deadline-action', 'start'],
  ['--deadline', 'run', 'start', 'sz:t', '--deadline-action', 'start'],
  ['--deadline', 'dataflow', 'create', 'sz:t', '--deadline-action', 'start'],
  ['--deadline', 'dataflow', 'update', 'sz:t', '--deadline', '', '--deadline-action', 'start'],
])('what means nothing without another option is refused, and told: %s of %s %s', async (hint, ...args) => {
  const { status, stdout, stderr } = await dlc({}, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^INVALID_ARGUMENT: --.+ too\.\nWith dlc: --.+\.\n$/);
  expect(stderr).toContain(hint);
  const { error } = parse(await dlc({}, ...args, '--json')) as { error: { details: { field: string } } };
  expect(error.details.field).toMatch(/^(interval\.offset|deadline\.action)$/);
});

test('the help of apply tells that it never asks with --json', async () => {
  const { stdout } = await dlc({}, 'apply', '--help');
  expect(stdout).toMatch(/--json +print one JSON document, and never ask$/m);
});

test('an empty text takes any part of a schedule out', () => {
  const changes = (...args: string[]) =>
    specChangeOf(addSpecOptions(new Command()).exitOverride().parse(args, { from: 'user' }).opts<SpecOptions>());
  expect(changes()).toEqual({});
  const texts = ['every', 'time-zone', 'start-at', 'end-at', 'jitter', 'overlap', 'catch-up-window', 'partition'];
  const more = ['dependency-check', 'priority', 'deadline', 'start-by'];
  expect(changes(...[...texts, ...more].flatMap((name) => [`--${name}`, '']))).toEqual({
    ...{ interval: null, timeZone: null, startAt: null, endAt: null, jitter: null, overlap: null, catchUpWindow: null },
    ...{ partition: null, dependencyCheck: null, priority: null, deadline: null, startBy: null },
  });
  expect(changes('--cron', '', '--calendar', '', '--skip', '', '--no-pause-on-failure')).toEqual({
    ...{ cron: [], calendar: [], skip: [], pauseOnFailure: false },
  });
  expect(changes('--overlap', 'skip', '--calendar', '{"hour":6}', '--pause-on-failure')).toEqual({
    ...{ overlap: 'skip', calendar: [{ hour: 6 }], pauseOnFailure: true },
  });
  expect(changes('--offset', '', '--deadline-action', '')).toEqual({
    interval: { offset: null },
    deadline: { action: null },
  });
  expect(changes('--every', '2 hours', '--deadline', '1 hour')).toEqual({
    interval: { every: '2 hours' },
    deadline: { after: '1 hour' },
  });
  const quiet = addSpecOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  expect(() => quiet.parse(['--overlap', 'queue'], { from: 'user' })).toThrow('Allowed choices are skip,');
});

test('a command of dlc run, written without it, is told', async () => {
  expect(await dlc({}, 'why', 'sz:orders', '--partition', 'p')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("unknown command 'why' (did you mean dlc run why?)"),
  });
});

test('what reaches for Temporal says at once that MySQL is not named', async () => {
  const away = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  for (const command of [['doctor'], ['run', 'start', 'sz:orders']]) {
    expect(await dlc(away, ...command)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^INVALID_ARGUMENT: Where is MySQL\? DLC_MYSQL_URL isn't set\./),
    });
  }
});

test('what a message says of the library is said in options', () => {
  expect(inDlcWords("Use that id, or pass ifExists: 'get' to get it.")).toBe(
    'Use that id, or pass --if-exists get to get it.',
  );
  expect(inDlcWords("Start it again with wait: true to wait, or with dependencyCheck: 'ignore'.")).toBe(
    'Start it again with --wait to wait, or with --dependency-check ignore.',
  );
});
