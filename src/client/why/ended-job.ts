// How often a run's job had been tried by the time that the run ended. Only Temporal's history of the execution tells, as long as
// its namespace keeps it.

import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Job } from '../../domain/job';
import type { Run } from '../../domain/model';
import type { JobAttempt } from '../../domain/why';
import { childAttempt } from './child-attempt';

type Event = temporal.api.history.v1.IHistoryEvent;
type Failure = temporal.api.failure.v1.IFailure;

/** Events that are read from the end: between a job's end and its run's there are but a few. */
const PAGE = 200;
/** Executions that a run has gone on under before its job began, at most. */
const MAX_EXECUTIONS = 10;

export async function endedJob(
  client: Client,
  job: Exclude<Job, { type: 'external' }>,
  run: Run,
): Promise<JobAttempt | null> {
  let runId: string | null | undefined = run.runId;
  for (let at = 0; runId && at < MAX_EXECUTIONS; at++) {
    const events = await lastEvents(client, run.workflowId, runId);
    const found =
      job.type === 'activity' ? activityAttempt(events, job.name) : await workflowAttempt(client, events, job.name);
    if (found) return found;
    // It may have gone on under another execution while it waited. The slot's next run would do so after this one had ended.
    const [last] = events;
    if (!last || timeOf(last) > (run.startedAt?.getTime() ?? 0)) return null;
    runId = last.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return null;
}

/** Newest first. */
async function lastEvents(
  { workflowService, options: { namespace } }: Client,
  workflowId: string,
  runId: string,
): Promise<readonly Event[]> {
  const { history } = await workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: PAGE,
  });
  return history?.events ?? [];
}

/** `events`: newest first. A retried activity is told of once it has ended: by its last attempt, and how the one before failed. */
function activityAttempt(events: readonly Event[], name: string): JobAttempt | null {
  const scheduled = events.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === name);
  if (!scheduled) return null;
  const isOfIt = (of: { scheduledEventId?: unknown } | null | undefined): boolean =>
    of != null && String(of.scheduledEventId) === String(scheduled.eventId);
  const begun = events.find((event) => isOfIt(event.activityTaskStartedEventAttributes));
  const end = events
    .map((event) => event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes)
    .find(isOfIt);
  const { attempt, lastFailure } = begun?.activityTaskStartedEventAttributes ?? {};
  return attempt ? { attempt, lastFailure: root(end?.failure) ?? root(lastFailure) ?? null } : null;
}

async function workflowAttempt(client: Client, events: readonly Event[], name: string): Promise<JobAttempt | null> {
  const child = events
    .map((event) => event.childWorkflowExecutionStartedEventAttributes)
    .find((of) => of?.workflowType?.name === name);
  const id = child?.workflowExecution?.workflowId;
  const last = await childAttempt(client, id);
  const failed = events
    .map((event) => event.childWorkflowExecutionFailedEventAttributes)
    .find((of) => of != null && of.workflowExecution?.workflowId === id);
  return last && { attempt: last.attempt, lastFailure: root(failed?.failure) ?? last.lastFailure };
}

/** What went wrong in the end, as the run's own message has it. */
function root(failure: Failure | null | undefined): string | undefined {
  return failure?.cause ? root(failure.cause) : (failure?.message ?? undefined);
}

const timeOf = ({ eventTime }: Event): number =>
  Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1_000_000;
