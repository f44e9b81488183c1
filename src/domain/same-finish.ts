// "The same finish twice is fine": what makes two finishes the same.

import type { JobReport } from './finish-request';
import type { Run } from './model';
import type { EndState } from './run-state';

/** What MySQL keeps of a run's end. */
export type RecordedEnd = Pick<Run, 'recordCount' | 'batchRunId' | 'partitionKey' | 'message'> & {
  readonly state: EndState;
};

/** True when a run ended with just what this finish reports; what the finish leaves out isn't compared. */
export function isSameFinish(
  end: Omit<RecordedEnd, 'state'> & Pick<Run, 'state'>,
  report: Omit<JobReport, 'status'> & { status: EndState },
): boolean {
  const pairs: [unknown, unknown][] = [
    [report.recordCount, end.recordCount],
    [report.dataflowBatchRunId, end.batchRunId],
    [report.dataflowPartitionKey, end.partitionKey],
    [report.message, end.message],
  ];
  return end.state === report.status && pairs.every(([reported, kept]) => reported === null || reported === kept);
}
