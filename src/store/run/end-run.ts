// Ends a run and gives its slot free.

import type { JobReport } from '../../domain/finish-request';
import type { RunId } from '../../domain/ids';
import type { EndState } from '../../domain/run-state';
import type { Queryable } from '../database';
import { toJson } from '../json-column';

export type EndReport = Omit<JobReport, 'status'> & {
  readonly errorCode?: string | null;
  readonly requestId?: string | null;
};

/** What the end reports. Notes that it doesn't bring stay as they were at the start. */
export async function endRun(tx: Queryable, runId: RunId, state: EndState, report: EndReport): Promise<void> {
  await tx.write(
    `UPDATE dataflow_run
     SET state = ?,
         open_slot = NULL,
         ended_at = UTC_TIMESTAMP(6),
         record_count = ?,
         batch_run_id = ?,
         partition_key = COALESCE(?, partition_key),
         message = ?,
         error_code = ?,
         partitions = ?,
         finish_request_id = ?,
         waiting_for = NULL,
         config = COALESCE(?, config),
         breadcrumb = COALESCE(?, breadcrumb),
         metadata = COALESCE(?, metadata),
         external_job_run_key = COALESCE(?, external_job_run_key),
         external_job_log_link = COALESCE(?, external_job_log_link),
         external_process_key = COALESCE(?, external_process_key),
         external_process_log_link = COALESCE(?, external_process_log_link)
     WHERE run_id = ?
       AND state IN ('waiting', 'started')`, // run_by_run_id
    [
      state,
      report.recordCount,
      report.dataflowBatchRunId,
      report.dataflowPartitionKey,
      report.message,
      report.errorCode ?? null,
      toJson(report.partitions),
      report.requestId ?? null,
      toJson(report.config),
      toJson(report.breadcrumb),
      toJson(report.metadata),
      report.externalJobRunKey,
      report.externalJobLogLink,
      report.externalProcessKey,
      report.externalProcessLogLink,
      runId,
    ],
  );
}
