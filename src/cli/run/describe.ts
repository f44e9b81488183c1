// One run as lines for people.

import { showDuration } from '../../domain/duration';
import type { Run } from '../../domain/model';
import type { askedFor } from '../../domain/run-events';
import { showRule } from '../../domain/rule';
import { facts } from '../format';

type Asked = ReturnType<typeof askedFor>;

/** `asked`: who wanted it, and why. */
export function describeRun(run: Run, asked?: Asked): string {
  const { check, specificSources, rule } = run.rule;
  return facts({
    run: run.runId,
    dataflow: run.dataflow,
    state: run.state,
    'waits for': run.waitingFor,
    error: run.errorCode,
    message: run.message,
    partition: run.partitionKey,
    partitions: run.partitions?.map(({ partitionKey }) => partitionKey).join(', '),
    records: run.recordCount,
    batch: run.batchRunId,
    rule: rule ? showRule(rule) : [check, ...specificSources].join(' '),
    'started by': startedBy(run),
    'asked for by': asked?.by,
    reason: asked?.reason,
    priority: run.priority === 0 ? null : run.priority,
    heartbeat: run.heartbeatTimeoutMs === null ? null : `every ${showDuration(run.heartbeatTimeoutMs)}`,
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

function startedBy({ rerunOf, cause, triggered }: Run): string {
  if (rerunOf) return `${cause ?? 'rerun'} of run ${rerunOf}`;
  return triggered ? 'a finished source' : 'request';
}

function text(value: object | null): string | null {
  return value && JSON.stringify(value);
}
