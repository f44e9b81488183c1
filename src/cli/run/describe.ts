// One run as lines for people.

import type { Run } from '../../domain/model';
import { showRule } from '../../domain/rule';
import { facts } from '../format';

export function describeRun(run: Run): string {
  const { check, specificSources, rule } = run.rule;
  return facts({
    run: run.runId,
    dataflow: run.dataflow,
    state: run.state,
    message: run.message,
    partition: run.partitionKey,
    records: run.recordCount,
    batch: run.batchRunId,
    rule: rule ? showRule(rule) : [check, ...specificSources].join(' '),
    'started by': run.triggered ? 'a finished source' : 'request',
    opened: run.openedAt,
    started: run.startedAt,
    ended: run.endedAt,
    workflow: run.workflowId,
    config: text(run.config),
    breadcrumb: text(run.breadcrumb),
    metadata: text(run.metadata),
    'external job': run.externalJobRunKey,
    'external job log': run.externalJobLogLink,
    'external process': run.externalProcessKey,
    'external process log': run.externalProcessLogLink,
  });
}

function text(value: object | null): string | null {
  return value && JSON.stringify(value);
}
