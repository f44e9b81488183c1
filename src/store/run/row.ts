// The `dataflow_run` table's row with its dataflow's key, and what it means.

import { dataflowId, runId } from '../../domain/ids';
import type { RerunCause, Run } from '../../domain/model';
import type { RuleNode, StartRule } from '../../domain/rule';
import type { RunState } from '../../domain/run-state';
import type { WaitKind } from '../../domain/start';
import { policyFrom } from '../dataflow/row';
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
  start_policy: string | null;
  priority: number;
  waiting_for: WaitKind | null;
  waiting_since: Date | null;
  late_at: Date | null;
  rerun_of: string | null;
  cause: RerunCause | null;
  release_cause: 'clear' | null;
  withhold_by: string | null;
  heartbeat_timeout: number | null;
  heartbeat_at: Date | null;
  error_code: string | null;
  partitions: string | null;
  finish_request_id: string | null;
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
    policy: policyFrom(row.start_policy),
    priority: row.priority,
    waitingFor: row.waiting_for,
    waitingSince: row.waiting_since,
    lateAt: row.late_at,
    rerunOf: row.rerun_of === null ? null : runId(row.rerun_of),
    cause: row.cause,
    releaseCause: row.release_cause,
    withholdBy: row.withhold_by,
    heartbeatTimeoutMs: row.heartbeat_timeout,
    heartbeatAt: row.heartbeat_at,
    openedAt: row.opened_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    recordCount: row.record_count,
    batchRunId: row.batch_run_id,
    message: row.message,
    errorCode: row.error_code,
    partitions: row.partitions === null ? null : (fromJson(row.partitions) as Run['partitions']),
    finishRequestId: row.finish_request_id,
    config: objectOrNull(row.config),
    breadcrumb: objectOrNull(row.breadcrumb),
    metadata: objectOrNull(row.metadata),
    externalJobRunKey: row.external_job_run_key,
    externalJobLogLink: row.external_job_log_link,
    externalProcessKey: row.external_process_key,
    externalProcessLogLink: row.external_process_log_link,
  };
}
