// Runs the partitions of a backfill, `limit` of them at once and never more, until all have been run, its history is long, or it is
// to stop; then none is running any more.

import {
  ApplicationFailure,
  ChildWorkflowFailure,
  ValueError,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { CancellationScope, isCancellation, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import type { BackfilledDataflow } from '../activities';
import { backfillStart } from '../domain/backfill';
import type { BackfillRequest, Outcome, Planned } from '../domain/backfill';
import { DATAFLOW_RUN } from '../domain/messages';
import { percentEncode } from '../domain/percent';
import { slotTitle } from '../domain/slot';
import { planBackfill } from './activities';
import type { BackfillSession } from './backfill-session';
import { runChild } from './child';
import { failureMessage } from './failures';
import { childAttributes } from './search-attributes';
import { UNDECODED_RESULT } from './undecoded';

export interface BackfillJob {
  readonly id: string;
  readonly request: BackfillRequest;
  readonly dataflow: BackfilledDataflow;
  readonly partitions: readonly string[];
  /** Who keeps back what the runs leave. */
  readonly holder: string | null;
}

type ToRun = Extract<Planned, { action: 'run' }>;

/** Partitions that are looked at in one go: most may have been run before. */
const LOOK_AHEAD = 200;

export async function runPartitions(session: BackfillSession, job: BackfillJob): Promise<void> {
  const limit = atOnce(job);
  const line = new Line(session, job, limit);
  const run = async (): Promise<void> => {
    for (;;) {
      const next = await line.next();
      if (!next) return;
      session.beginPartition();
      const [outcome, message] = await runPartition(job, next);
      session.endPartition(next.partitionKey, outcome, message);
      if (outcome === 'error' && isOff(message)) session.stop(message);
    }
  };
  await Promise.all(Array.from({ length: limit }, run));
}

/** A dataflow that doesn't run per partition has one slot; and more runs than it has places would only stand in line. */
function atOnce({ request, dataflow }: BackfillJob): number {
  // Histories of earlier versions don't have it.
  const { maxConcurrentRuns = null } = dataflow as Partial<BackfilledDataflow>;
  return dataflow.partitioned ? Math.min(request.limit, maxConcurrentRuns ?? Infinity) : 1;
}

/** The partitions that are still to be run: looked up a few at a time, so that what was seen isn't out of date. */
class Line {
  private readonly ready: ToRun[] = [];
  private at: number;
  private readonly until: number;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly session: BackfillSession,
    private readonly job: BackfillJob,
    private readonly limit: number,
  ) {
    this.at = session.progress.begun;
    this.until = Math.min(job.partitions.length, this.at + job.request.partitionsPerExecution);
  }

  async next(): Promise<ToRun | undefined> {
    while (this.ready.length === 0 && this.isGoingOn) {
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
      });
      await this.looking;
    }
    return this.isStopped ? undefined : this.ready.shift();
  }

  private get isStopped(): boolean {
    return this.session.progress.stopped !== null || CancellationScope.current().consideredCancelled;
  }

  private get isGoingOn(): boolean {
    return !this.isStopped && this.at < this.until && !workflowInfo().continueAsNewSuggested;
  }

  private async look(): Promise<void> {
    const { partitions, dataflow, request } = this.job;
    const some = partitions.slice(this.at, Math.min(this.until, this.at + LOOK_AHEAD));
    const planned = await planBackfill(dataflow.dataflowId, some, request.rerun, this.limit);
    this.at += planned.length;
    for (const next of planned) {
      if (next.action === 'run') {
        this.ready.push(next);
        continue;
      }
      this.session.beginPartition();
      if (next.action === 'skip') this.session.endPartition(next.partitionKey, 'skipped');
      else this.session.endPartition(next.partitionKey, 'taken', `Run ${next.runId} is open.`);
    }
  }
}

async function runPartition(job: BackfillJob, next: ToRun): Promise<[Outcome, string | null]> {
  const { id, request, dataflow, holder } = job;
  const typedSearchAttributes = childAttributes(dataflow.key, next.partitionKey);
  try {
    await runChild(dataflow.workflowType ?? DATAFLOW_RUN, {
      workflowId: `dlc-backfill:${id}:${percentEncode(next.partitionKey)}`,
      args: [backfillStart(request, dataflow.key, holder, next)],
      staticSummary: slotTitle(dataflow.key, next.partitionKey).slice(0, 190),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typeInfo: UNDECODED_RESULT,
      ...(typedSearchAttributes && { typedSearchAttributes }),
      ...(dataflow.taskQueue !== null && { taskQueue: dataflow.taskQueue }),
    });
    return ['success', null];
  } catch (error) {
    if (isCancellation(error)) return ['cancelled', null];
    // Of this backfill itself, before it was reset.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return ['taken', error.message];
    if (error instanceof ChildWorkflowFailure) return [outcomeOf(error), messageOf(error)];
    // The registered workflow type or task queue can't be used.
    if (error instanceof ValueError || error instanceof TypeError) return ['error', error.message];
    throw error;
  }
}

const codeOf = ({ cause }: ChildWorkflowFailure): string | undefined =>
  cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;

function outcomeOf(error: ChildWorkflowFailure): Outcome {
  switch (codeOf(error)) {
    case 'ALREADY_ACTIVE':
      return 'taken';
    case 'DEPENDENCY_NOT_READY':
      return 'notReady';
    case undefined:
    default:
      return 'error';
  }
}

const OFF = 'DATAFLOW_DISABLED: ';

const messageOf = (error: ChildWorkflowFailure): string =>
  codeOf(error) === 'DATAFLOW_DISABLED' ? `${OFF}${failureMessage(error)}` : failureMessage(error);

/** No other partition of it can be started either. */
const isOff = (message: string | null): message is string => message?.startsWith(OFF) === true;
