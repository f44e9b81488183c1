// Opens a run in its slot: the unique key on the open slot refuses a second one (rule 4).

import type { DataflowId, RunId } from '../../domain/ids';
import type { RunNotes } from '../../domain/model';
import type { StartRule } from '../../domain/rule';
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
}

/** @throws MySQL's duplicate-key error (`isDuplicate`) when the run, its request or its slot is there already. */
export async function insertRun(tx: Queryable, run: NewRun): Promise<void> {
  await tx.write(
    `INSERT INTO dataflow_run
       (run_id, dataflow_id, workflow_id, state, slot, open_slot, partition_key, request_id, triggered,
        dependency_check, specific_sources, rule, opened_at, started_at, config, breadcrumb, metadata,
        external_job_run_key, external_job_log_link, external_process_key, external_process_log_link)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), IF(? = 'started', UTC_TIMESTAMP(6), NULL), ?, ?, ?, ?, ?, ?, ?)`,
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
    ],
  );
}
