// What an answer to "why?" shows of many queue rows, and who asked for a run.

import { relationId, runId } from '../../src/domain/ids';
import type { QueueRow, Run } from '../../src/domain/model';
import { causesOf, partitionsOf, shownRows, startOf } from '../../src/domain/why';

const row = (relation: number, hour: number, more: Partial<QueueRow> = {}): QueueRow =>
  ({
    relationId: relationId(relation),
    sourceRunId: runId(`run-${String(hour)}`),
    dataflowPartitionKey: `hour=${String(hour).padStart(4, '0')}`,
    readyAt: new Date(hour),
    cause: 'finish',
    rerunOf: null,
    ...more,
  }) as QueueRow;
const rows = (relation: number, count: number): QueueRow[] =>
  Array.from({ length: count }, (_, hour) => row(relation, hour));

test('of many rows the newest ones are shown, with how many there are', () => {
  const [shown] = shownRows(rows(1, 1_000)).values();
  expect(shown).toMatchObject({ queueRowCount: 1_000 });
  expect(shown?.queueRows).toHaveLength(200);
  expect(shown?.queueRows.at(-1)).toMatchObject({ sourceRunId: 'run-999', partitionKey: 'hour=0999' });
  expect(partitionsOf(shown!, 2)).toBe('hour=0800, hour=0801 and 998 more');
});

test('of many sources each shows at least its newest row', () => {
  const many = Array.from({ length: 3_000 }, (_, relation) => rows(relation, 3)).flat();
  const shown = [...shownRows(many).values()];
  expect(shown).toHaveLength(3_000);
  expect(new Set(shown.map(({ queueRows }) => queueRows.map((each) => each.sourceRunId).join()))).toEqual(
    new Set(['run-2']),
  );
});

test('partitions are named once, in their order, and not where runs tell of none', () => {
  const [shown] = shownRows([row(1, 7), row(1, 5), row(1, 7)]).values();
  expect(partitionsOf(shown!, 6)).toBe('hour=0005, hour=0007');
  const [none] = shownRows([row(1, 7, { dataflowPartitionKey: null })]).values();
  expect(partitionsOf(none!, 6)).toBe('');
});

test('rows are told by why they were queued, and by whom', () => {
  const given = { cause: 'release', rerunOf: runId('failed') } as const;
  expect(causesOf([row(1, 1), row(2, 2, given), row(1, 4, given), row(1, 3)])).toEqual([
    { cause: 'finish', rerunOf: null, count: 2, newest: new Date(3) },
    { ...given, count: 2, newest: new Date(4) },
  ]);
});

test.each([
  ['dlc:sz:fx', 'person', null],
  ['of-my-own', 'person', null],
  ['dlc-schedule:sz:fx@daily-2019-01-01T06:00:00Z', 'schedule', '2019-01-01T06:00:00Z'],
  ['dlc-backfill:b-1:date=2019-01-01', 'backfill', 'b-1'],
  ['dlc-replay:r:1:0', 'replay', 'r:1'],
])('a run of workflow %s was asked for by a %s', (workflowId, askedBy, askedAs) => {
  const run = { workflowId, startedAt: new Date(0), rule: { check: 'all' }, rerunOf: null, policy: {} } as Run;
  const story = { byDeadline: false, waited: false, by: null, reason: null };
  expect(startOf(run, story, [])).toMatchObject({ askedBy, askedAs, because: 'rule' });
  expect(startOf({ ...run, triggered: true }, story, [])).toMatchObject({ askedBy: 'source', askedAs: null });
});
