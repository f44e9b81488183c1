// "The same finish twice is fine": what makes two finishes the same.

import type { FinishRequest } from './finish-request';
import type { Run, WrittenPartition } from './model';
import type { EndState } from './run-state';

/** What MySQL keeps of a run's end. */
export type RecordedEnd = Pick<Run, 'recordCount' | 'batchRunId' | 'partitionKey' | 'message'> & {
  readonly state: EndState;
} & Partial<Pick<Run, 'errorCode' | 'partitions' | 'finishRequestId'>>;

type Reported = Omit<FinishRequest, 'status' | 'runId' | 'requestId'> & {
  readonly status: EndState;
  readonly requestId?: string | null;
  readonly errorCode?: string | null;
};

/**
 * True when a run ended with just what this finish reports, or under its requestId; what the finish leaves out isn't
 * compared. An end with a code of its own (a lease that expired) is nobody's report.
 */
export function isSameFinish(end: Omit<RecordedEnd, 'state'> & Pick<Run, 'state'>, report: Reported): boolean {
  if (report.requestId != null && report.requestId === end.finishRequestId) return true;
  const pairs: [unknown, unknown][] = [
    [report.recordCount, end.recordCount],
    [report.dataflowBatchRunId, end.batchRunId],
    [report.dataflowPartitionKey, end.partitionKey],
    [report.message, end.message],
    [report.partitions && written(report.partitions), written(end.partitions ?? [])],
  ];
  if (end.state !== report.status || (end.errorCode ?? null) !== (report.errorCode ?? null)) return false;
  return pairs.every(([reported, kept]) => reported === null || reported === kept);
}

// A JSON column keeps no order of an object's fields.
const written = (partitions: readonly WrittenPartition[]): string =>
  JSON.stringify(partitions.map(({ partitionKey, recordCount }) => [partitionKey, recordCount]));
