// Which runs may promise heartbeats: those that are `dataflowRun` and wait for the end of an external job. Only there is a heartbeat heard.

import { InvalidArgumentError } from './errors';
import { milliseconds } from './job';
import type { Job } from './job';
import { DATAFLOW_RUN } from './messages';

/**
 * How long a new run may go without a heartbeat, in milliseconds; null: it promises none. `promised`: by its start.
 * @throws InvalidArgumentError for a promise that nobody could keep: its run would be failed although it lives.
 */
export function leaseMs(
  { key, job }: { readonly key: string; readonly job: Job },
  workflowType: string,
  promised: string | number | null,
): number | null {
  const why = unheard(job, workflowType);
  if (why !== null && promised !== null) {
    throw new InvalidArgumentError(
      `heartbeatTimeout is the promise of an external job; ${key} has none: ${why}. Leave it out.`,
      { field: 'heartbeatTimeout', dataflow: key },
    );
  }
  const lease = promised ?? (job.type === 'external' ? job.heartbeatTimeout : null);
  return why !== null || lease === null ? null : (milliseconds(lease) ?? null);
}

/** The same of a registration. @throws InvalidArgumentError */
export function checkLease({ job, workflowType }: { readonly job: Job; readonly workflowType: string | null }): void {
  if (job.type !== 'external' || job.heartbeatTimeout === null) return;
  const why = unheard(job, workflowType ?? DATAFLOW_RUN);
  if (why === null) return;
  throw new InvalidArgumentError(
    `job.heartbeatTimeout is the promise of an external job, and there is none: ${why}. Leave one of them out.`,
    { field: 'job.heartbeatTimeout' },
  );
}

function unheard(job: Job, workflowType: string): string | null {
  if (workflowType !== DATAFLOW_RUN) return `the workflow ${workflowType} does the work and ends by itself`;
  return job.type === 'external'
    ? null
    : `its job is ${job.type === 'activity' ? 'an activity' : 'a workflow'}, ${job.name}`;
}
