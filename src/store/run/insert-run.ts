// Opens a run in its slot: the unique key on the open slot refuses a second one (rule 4).

import type { DataflowId, RunId } from '../../domain/ids';
import type { RerunCause, RunNotes } from '../../domain/model';
import type { StartRule } from '../../domain/rule';
import { compactPolicy } from '../../domain/start';
import type { StartPolicy, WaitKind } from '../../domain/start';
import type { Queryable } from '../database';
import { toJson } from '../json-column';

export interface NewRun extends RunNotes {
  readonly runId: RunId;
  readonly dataflowId: DataflowId;
  readonly workflowId: string;
  readonly state: 'waiting' | 'started';
  readonly slot: string;
  readonly partitionKey: string | null;
  readonly requestId: string | null;
  readonly triggered: boolean;
  readonly rule: StartRule;
  readonly policy: StartPolicy;
  readonly priority: number;
  readonly waitingFor: WaitKind | null;
  readonly rerunOf: RunId | null;
  readonly cause: RerunCause | null;
  readonly withholdBy: string | null;
  readonly heartbeatTimeoutMs: number | null;
}

/** @throws MySQL's duplicate-key error (`isDuplicate`) when the run, its request or its slot is there already. */
export async function insertRun(tx: Queryable, run: NewRun): Promise<void> {
  await tx.write(
    `INSERT INTO dataflow_run
       (run_id, dataflow_id, workflow_id, state, slot, open_slot, partition_key, request_id, triggered,
        dependency_check, specific_sources, rule, opened_at, started_at, config, breadcrumb, metadata,
        external_job_run_key, external_job_log_link, external_process_key, external_process_log_link,
        start_policy, priority, waiting_for, waiting_since, rerun_of, cause, withhold_by, heartbeat_timeout, heartbeat_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), IF(? = 'started', UTC_TIMESTAMP(6), NULL), ?, ?, ?, ?, ?, ?, ?,
             ?, ?, ?, IF(? = 'waiting', UTC_TIMESTAMP(6), NULL), ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [
      run.runId,
      run.dataflowId,
      run.workflowId,
      run.state,
      run.slot,
      run.slot,
      run.partitionKey,
      run.requestId,
      run.triggered,
      run.rule.check,
      run.rule.specificSources.length > 0 ? toJson(run.rule.specificSources) : null,
      toJson(run.rule.rule),
      run.state,
      toJson(run.config),
      toJson(run.breadcrumb),
      toJson(run.metadata),
      run.externalJobRunKey,
      run.externalJobLogLink,
      run.externalProcessKey,
      run.externalProcessLogLink,
      toJson(compactPolicy(run.policy)),
      run.priority,
      run.waitingFor,
      run.state,
      run.rerunOf,
      run.cause,
      run.withholdBy,
      run.heartbeatTimeoutMs,
    ],
  );
}
