// Registration: cycles, zone order, options; and the error classes.

import { ERROR_CODES, errorFromCode } from '../../src/domain/errors';
import { checkAcyclic, checkZoneOrder, findPath } from '../../src/domain/graph';
import { checkPartitionKey, defaultMapping, mapPartition } from '../../src/domain/partition';
import { parseDataflowOptions, parseRelationOptions, relationMapping } from '../../src/domain/registration';
import { canMove, isOpen, RUN_STATES } from '../../src/domain/run-state';

const edges = [
  { source: 'a', target: 'b' },
  { source: 'b', target: 'c' },
  { source: 'a', target: 'c' },
];
const refusal = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

test('a relation that closes a cycle is refused with the way round', () => {
  const check = (source: string, target: string) => () => checkAcyclic(edges, { source, target }, (node) => node);
  expect(refusal(check('c', 'a'))).toMatchObject({ code: 'CYCLE', details: { path: ['c', 'a', 'c'] } });
  expect(refusal(check('b', 'b'))).toMatchObject({ code: 'CYCLE', message: expect.stringContaining('its own source') });
  expect(refusal(check('a', 'd'))).toBeUndefined();
  expect(findPath(edges, 'c', 'a')).toBeUndefined();
});

test('a relation against the zone order is refused; zones that are not declared are free', () => {
  const check = (from: string, to: string) =>
    refusal(() => {
      checkZoneOrder(['rz', 'sz', 'cz'], from, to);
    });
  expect(check('sz', 'rz')).toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(check('rz', 'cz')).toBeUndefined();
  expect(check('sz', 'sz')).toBeUndefined();
  expect(check('lab', 'rz')).toBeUndefined();
});

test.each([-5, 1.5, 'soon', '1000000 days'])(
  "a job's length of time %j is refused once, in its own words",
  (length) => {
    const job = { type: 'activity', name: 'x', startToCloseTimeout: length };
    expect(refusal(() => parseDataflowOptions({ job }))).toMatchObject({
      message: `The dataflow is refused: job.startToCloseTimeout must be a number of milliseconds or text like "10 minutes", more than 0 and a century at most. Got ${JSON.stringify(length)}.`,
    });
  },
);

test.each<[object, string, string]>([
  [{ rates: [1, { low: Infinity }] }, 'config.rates.1.low', ' Got Infinity.'],
  [{ n: NaN }, 'config.n', ' Got NaN.'],
  [{ a: { b: undefined } }, 'config.a.b', ''],
])('what is no JSON in %j is refused where it is', (config, field, got) => {
  expect(refusal(() => parseDataflowOptions({ config }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(
      `${field} must be JSON: text, a finite number, true, false, null, a list or an object.${got}`,
    ) as string,
    details: { field },
  });
});

test('options have their defaults, and unknown fields are ignored', () => {
  expect(parseDataflowOptions({ colour: 'red' })).toEqual({
    trigger: {
      mode: 'manual',
      when: 'all',
      debounce: null,
      maxWait: null,
      maxSources: null,
      deadline: null,
      startBy: null,
    },
    job: { type: 'external', heartbeatTimeout: null },
    maxConcurrentRuns: null,
    slotOrder: 'ready',
    onError: 'hold',
    partitioned: false,
    workflowType: null,
    taskQueue: null,
    displayName: null,
    description: null,
    config: null,
    ifExists: 'error',
  });
  expect(parseDataflowOptions({ job: { type: 'activity', name: 'x' } }).job).toMatchObject({
    type: 'activity',
    name: 'x',
    taskQueue: null,
  });
});

test.each([
  [{ job: { type: 'magic' } }, 'job.type'],
  [{ job: { type: 'activity' } }, 'job.name'],
  [{ job: { type: 'activity', name: 'x', startToCloseTimeout: 'soon' } }, 'job.startToCloseTimeout'],
  [{ job: { type: 'activity', name: 'x', retry: { maximumAttempts: 0 } } }, 'job.retry.maximumAttempts'],
  [{ job: { type: 'activity', name: 'x', startToCloseTimeout: '0s' } }, 'job.startToCloseTimeout'],
  [{ job: { type: 'activity', name: 'x', heartbeatTimeout: '0.0 minutes' } }, 'job.heartbeatTimeout'],
  [{ job: { type: 'activity', name: 'x', startToCloseTimeout: '999999999 days' } }, 'job.startToCloseTimeout'],
  [{ job: { type: 'workflow', name: 'x', workflowExecutionTimeout: 2 ** 50 } }, 'job.workflowExecutionTimeout'],
  [{ job: { type: 'activity', name: 'x', retry: { maximumAttempts: 2 ** 31 } } }, 'job.retry.maximumAttempts'],
  [
    { job: { type: 'activity', name: 'x', retry: { initialInterval: '10 seconds', maximumInterval: '1 second' } } },
    'job.retry.maximumInterval',
  ],
  [{ job: { type: 'workflow', name: 'x', retry: { maximumInterval: 999 } } }, 'job.retry.maximumInterval'],
  [{ job: { type: 'activity', name: 'x', taskQueue: '/_sys/x' } }, 'job.taskQueue'],
  [{ job: { type: 'workflow', name: 'x', taskQueue: '/_sys/x' } }, 'job.taskQueue'],
  [{ taskQueue: '/_sys/x' }, 'taskQueue'],
  [{ trigger: { mode: 'sometimes' } }, 'trigger.mode'],
  [{ partitioned: 'yes' }, 'partitioned'],
  [{ config: 'text' }, 'config'],
  [{ workflowType: '' }, 'workflowType'],
  [{ workflowType: 'mine', job: { type: 'external', heartbeatTimeout: '1 min' } }, 'job.heartbeatTimeout'],
  ['text', ''],
])('the options %j are refused, naming %s', (options, field) => {
  expect(refusal(() => parseDataflowOptions(options))).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field } });
});

test.each([
  { startToCloseTimeout: 1, heartbeatTimeout: '0.5s' },
  { startToCloseTimeout: '90 days', heartbeatTimeout: 86_400_000, taskQueue: 'spark/_sys/' },
  { startToCloseTimeout: '2hrs', retry: { initialInterval: '1 min', maximumInterval: 60_000, maximumAttempts: 1 } },
  { retry: { initialInterval: 10, maximumInterval: '10ms' } },
  { retry: { maximumInterval: '1 second', backoffCoefficient: 1 } },
  { retry: { initialInterval: '2 d' } },
])('an activity job with %j is taken as it is', (options) => {
  const job = { type: 'activity', name: 'x', ...options };
  expect(parseDataflowOptions({ job }).job).toMatchObject(job);
});

test('what is no JSON at all is refused like any other bad value', () => {
  for (const partitioned of [5n, Symbol('x'), () => true]) {
    expect(refusal(() => parseDataflowOptions({ partitioned }))).toMatchObject({ details: { field: 'partitioned' } });
  }
});

test("a mapping must suit its target, and maps a source's partition to the target's slot", () => {
  expect(defaultMapping(true)).toBe('same');
  expect(relationMapping(parseRelationOptions({}), false)).toBe('all');
  expect(refusal(() => relationMapping(parseRelationOptions({ partition: 'all' }), true))).toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect(refusal(() => relationMapping(parseRelationOptions({ partition: 'same' }), false))).toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect(mapPartition('same', 'd=1')).toEqual(['d=1']);
  expect(mapPartition('same', null)).toBeUndefined();
  expect(mapPartition('all', 'd=1')).toEqual(['']);
});

test.each(['', ' d=1', 'd=1 ', '\ud800', 'x'.repeat(481)])('the partition key %j is refused', (key) => {
  expect(refusal(() => checkPartitionKey(key))).toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('an ended run never moves again, an open one can always end', () => {
  for (const from of RUN_STATES) {
    const moves = RUN_STATES.filter((to) => canMove(from, to));
    expect(moves.length > 0).toBe(isOpen(from));
    expect(moves).not.toContain('waiting');
    if (isOpen(from)) expect(moves).toEqual(expect.arrayContaining(['cancelled', 'orphaned']));
  }
  expect(canMove('waiting', 'success')).toBe(false);
});

test('every error code is rebuilt as its own class, with its code', () => {
  const classes = ERROR_CODES.map((code) => errorFromCode(code, 'what happened', { field: 'x' }));
  expect(classes.map((error) => error?.code)).toEqual(ERROR_CODES);
  expect(new Set(classes.map((error) => error?.constructor)).size).toBe(ERROR_CODES.length);
  expect(errorFromCode('NoSuchBucket', '')).toBeUndefined();
});
