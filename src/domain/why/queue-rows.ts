// The queue rows that an answer shows: those of a source, and why they were queued.

import { grouped } from '../grouped';
import type { RelationId } from '../ids';
import type { QueueRow } from '../model';
import type { WhyCause, WhyQueueRow, WhySource } from './types';

/** Rows of one source that are shown at most: a week of hours has 168. */
const SHOWN = 200;
/** Of all sources together; of each one, however many there are, at least one. */
const SHOWN_IN_ALL = 2_000;

type Shown = Pick<WhySource, 'queueRows' | 'queueRowCount'>;

/** By relation; one without any isn't there. `rows`: oldest first. */
export function shownRows(rows: readonly QueueRow[]): Map<RelationId, Shown> {
  const byRelation = grouped(rows, ({ relationId }) => relationId);
  const limit = Math.min(SHOWN, Math.max(1, Math.floor(SHOWN_IN_ALL / byRelation.size)));
  return new Map(
    [...byRelation].map(([relation, own]) => [
      relation,
      { queueRows: own.slice(-limit).map(shown), queueRowCount: own.length },
    ]),
  );
}

export const NO_ROWS: Shown = { queueRows: [], queueRowCount: 0 };

function shown({ sourceRunId, dataflowPartitionKey, readyAt, cause, rerunOf }: QueueRow): WhyQueueRow {
  return { sourceRunId, partitionKey: dataflowPartitionKey, readyAt, cause, rerunOf };
}

export function causesOf(rows: readonly QueueRow[]): WhyCause[] {
  const alike = grouped(rows, ({ cause, rerunOf }) => `${cause} ${String(rerunOf)}`);
  return [...alike.values()].flatMap((of) => {
    const newest = of.reduce((a, b) => (b.readyAt > a.readyAt ? b : a));
    return [{ cause: newest.cause, rerunOf: newest.rerunOf, count: of.length, newest: newest.readyAt }];
  });
}

/** `hour=00, hour=01 and 22 more`: the partitions that a source's rows are of; empty where they tell of none. */
export function partitionsOf({ queueRows, queueRowCount }: Shown, named: number): string {
  const told = queueRows.flatMap(({ partitionKey }) => (partitionKey === null ? [] : [partitionKey]));
  const partitions = [...new Set(told)].sort();
  const more = Math.max(0, partitions.length - named) + (queueRowCount - queueRows.length);
  const list = partitions.slice(0, named).join(', ');
  return list === '' || more === 0 ? list : `${list} and ${more.toLocaleString('en-US')} more`;
}
