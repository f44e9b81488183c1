// Slots that no source can ever feed.

import { checkFed } from '../../src/domain/source-slots';
import { dataflowId, relationId } from '../../src/domain/ids';
import { parseMapping } from '../../src/domain/partition';
import { parseRule, startRule } from '../../src/domain/rule';
import type { DependencyCheck, LeftOut, RuleSource } from '../../src/domain/rule';
import type { Deadline } from '../../src/domain/start';

const source = (id: string, mapping = 'hour→day as date'): RuleSource => ({
  relationId: relationId(id),
  sourceDataflowId: dataflowId(id),
  sourceKey: `rz:${id}`,
  partition: parseMapping(mapping),
});

interface Given {
  readonly slot?: string;
  readonly when?: DependencyCheck | object;
  readonly deadline?: Deadline;
  readonly leftOut?: LeftOut;
}

const check = (
  sources: readonly RuleSource[],
  { slot = 'nonsense', when = 'all', deadline, leftOut = new Map() }: Given = {},
): void => {
  const rule = startRule(typeof when === 'string' ? when : parseRule(when, 'when'), ['run']);
  checkFed({ target: 'sz:t', slot, rule, deadline: deadline ?? null }, sources, leftOut, 'partitionKey');
};

const REFUSED = expect.objectContaining({
  code: 'INVALID_ARGUMENT',
  message:
    'No source of sz:t can ever feed nonsense: rz:a (hour→day as date), which feeds a part named date that is a day, such as date=2019-01-01. ' +
    "Give a partitionKey that a source feeds, associate one by another mapping, or start it with dependencyCheck: 'ignore'.",
  details: { field: 'partitionKey', target: 'sz:t', slot: 'nonsense' },
}) as Error;

test.each<[string, Given]>([
  ['all', { when: 'all' }],
  ['any', { when: 'any' }],
  ['listed source runs', { when: 'sourceRunIds' }],
  ['a source', { when: { source: 'rz:a', count: 24 } }],
  ['freshness', { when: { source: 'rz:a', within: '1 hour' } }],
  ['all, until it expires', { deadline: { after: '1 hour', action: 'expire' } }],
  ['all, one being terminated', { leftOut: new Map([['rz:b', 'terminated']]) }],
])('a run that waits for %s is refused where no source feeds its slot', (_, given) => {
  expect(() => check([source('a')], given)).toThrow(REFUSED);
  expect(() => check([source('a')], { ...given, slot: 'date=2019-01-01' })).not.toThrow();
});

test.each<[string, readonly RuleSource[], Given]>([
  ['asks for nothing', [source('a')], { when: 'ignore' }],
  ['has optional sources alone', [source('a')], { when: { all: [{ source: 'rz:a', optional: true }] } }],
  ['has no sources', [], {}],
  ['has another source that feeds the slot', [source('a'), source('b', 'same')], {}],
  ['has one that is suspended', [source('a')], { leftOut: new Map([['rz:b', 'suspended']]) }],
  ['names what may become its source', [source('a')], { when: { any: ['rz:a', 'rz:later'] } }],
  ['starts at its deadline', [source('a')], { deadline: { after: '1 hour', action: 'start' } }],
])('a run that %s is not', (_, sources, given) => {
  expect(() => check(sources, given)).not.toThrow();
});

test('of many sources a refusal names three', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((id) => source(id, 'keep:date'));
  expect(() => check(many)).toThrow(/rz:a .*; rz:b .*; rz:c \(keep:date\), which feeds [^;]*; and 2 more\. Give/);
});
