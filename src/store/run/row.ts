// The `dataflow_run` table's row with its dataflow's key, and what it means.

import { dataflowId, runId } from '../../domain/ids';
import type { Run } from '../../domain/model';
import type { RuleNode, StartRule } from '../../domain/rule';
import type { RunState } from '../../domain/run-state';
import { fromJson, objectOrNull } from '../json-column';

export interface RunRow {
  run_id: string;
  dataflow_id: number | string;
  dataflow_key: string;
  workflow_id: string;
  state: RunState;
  slot: string;
  partition_key: string | null;
  triggered: 0 | 1;
  dependency_check: StartRule['check'];
  specific_sources: string | null;
  rule: string | null;
  opened_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  record_count: number | null;
  batch_run_id: string | null;
  message: string | null;
  config: string | null;
  breadcrumb: string | null;
  metadata: string | null;
  external_job_run_key: string | null;
  external_job_log_link: string | null;
  external_process_key: string | null;
  external_process_log_link: string | null;
}

export const RUN_SELECT = `
  SELECT r.*, d.dataflow_key
  FROM dataflow_run r
  JOIN dataflow d ON d.id = r.dataflow_id`;

export function rowToRun(row: RunRow): Run {
  return {
    runId: runId(row.run_id),
    dataflowId: dataflowId(row.dataflow_id),
    dataflow: row.dataflow_key,
    workflowId: row.workflow_id,
    state: row.state,
    slot: row.slot,
    partitionKey: row.partition_key,
    triggered: row.triggered === 1,
    rule: {
      check: row.dependency_check,
      specificSources: row.specific_sources === null ? [] : (fromJson(row.specific_sources) as string[]),
      rule: row.rule === null ? null : (fromJson(row.rule) as RuleNode),
    },
    openedAt: row.opened_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    recordCount: row.record_count,
    batchRunId: row.batch_run_id,
    message: row.message,
    config: objectOrNull(row.config),
    breadcrumb: objectOrNull(row.breadcrumb),
    metadata: objectOrNull(row.metadata),
    externalJobRunKey: row.external_job_run_key,
    externalJobLogLink: row.external_job_log_link,
    externalProcessKey: row.external_process_key,
    externalProcessLogLink: row.external_process_log_link,
  };
}
