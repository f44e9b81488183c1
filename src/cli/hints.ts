// Messages speak of the library's options, the same from everywhere; these are the names of dlc's for them.

import type { DlcError, ErrorDetails } from '../domain/errors';

const BY_CODE: Readonly<Record<string, string>> = {
  DEPENDENCY_NOT_READY: '--wait, or --dependency-check ignore',
};

/** By `details.field`, or the longest beginning of it that is here. */
const BY_FIELD: Readonly<Record<string, string>> = {
  config: '--config',
  breadcrumb: '--breadcrumb',
  metadata: '--metadata',
  externalJobRunKey: '--external-job-run-key',
  externalJobLogLink: '--external-job-log-link',
  externalProcessKey: '--external-process-key',
  externalProcessLogLink: '--external-process-log-link',
  partitionKey: '--partition',
  dependencyCheck: '--dependency-check',
  specificSources: '--source, with --dependency-check sourceIds or sourceRunIds',
  requestId: '--request-id',
  recordCount: '--record-count',
  dataflowBatchRunId: '--batch-run-id',
  dataflowPartitionKey: '--partition',
  partitions: '--partitions',
  message: '--message',
  timeoutMs: '--timeout',
  'trigger.mode': '--trigger',
  'trigger.when': '--when',
  'trigger.debounce': '--debounce',
  'trigger.maxWait': '--max-wait',
  'trigger.maxSources': '--max-sources',
  'trigger.deadline': '--deadline, with --deadline-action',
  'trigger.startBy': '--start-by',
  maxSources: '--max-sources',
  deadline: '--deadline, with --deadline-action',
  startBy: '--start-by',
  priority: '--priority; of dlc run prioritize, its last argument',
  heartbeatTimeout: '--heartbeat-timeout',
  maxConcurrentRuns: '--max-concurrent-runs, with --partitioned',
  slotOrder: '--slot-order',
  onError: '--on-error',
  by: '--by',
  reason: '--reason',
  backlog: '--backlog',
  job: '--job',
  workflowType: '--workflow-type',
  taskQueue: '--task-queue',
  displayName: '--display-name',
  description: '--description',
  partition: '--partition',
  zoneOrder: '--zone-order',
  limit: '--limit',
  from: '--from',
  to: '--to',
  downstream: '--downstream',
  rerun: '--rerun',
  cron: '--cron, --every or --calendar',
  interval: '--every and --offset',
  calendar: '--calendar',
  skip: '--skip',
  timeZone: '--time-zone',
  startAt: '--start-at',
  endAt: '--end-at',
  overlap: '--overlap',
  catchUpWindow: '--catch-up-window',
  name: '--name',
};

/** Library calls that messages name, as a person writes them here. */
const CALLS: readonly (readonly [RegExp, string])[] = [
  [/pass ifExists: 'get'/gi, 'pass --if-exists get'],
  [/with wait: true/g, 'with --wait'],
  [/with dependencyCheck: 'ignore'/g, 'with --dependency-check ignore'],
];

/** A message in the words of dlc; the same text where it speaks of no call. */
export const inDlcWords = (message: string): string =>
  CALLS.reduce((text, [call, option]) => text.replace(call, option), message);

/** What to write on the command line; undefined where the message says all there is to say. */
export function hintFor({ code, details }: DlcError): string | undefined {
  // What stands in a file is no option.
  if (details['file'] !== undefined) return undefined;
  const options =
    ofMany(code, details) ?? BY_CODE[code] ?? (code === 'INVALID_ARGUMENT' ? byField(details['field']) : undefined);
  return options && `With dlc: ${options}.`;
}

/** What is one thing for one subject, and another for another. */
function ofMany(code: string, { scheduleId, mapping }: ErrorDetails): string | undefined {
  if (code === 'ALREADY_EXISTS') return scheduleId === undefined ? '--if-exists get' : '--if-exists replace, or --name';
  return mapping === undefined ? undefined : '--partition here, and --partitioned for dlc dataflow create';
}

function byField(field: unknown): string | undefined {
  if (typeof field !== 'string') return undefined;
  const parts = field.split('.');
  for (let count = parts.length; count > 0; count--) {
    const options = BY_FIELD[parts.slice(0, count).join('.')];
    if (options !== undefined) return options;
  }
  return undefined;
}
