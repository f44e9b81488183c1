// How the workflow calls its activities: as a local activity for a few seconds, then as a regular one for as long as it
// takes. A local activity is four history events cheaper; but one that keeps trying through a long outage costs a workflow
// task heartbeat every few seconds, while a regular one costs nothing until it gets through.

import { CancellationScope, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { BackfilledDataflow, LineageActivities, RunReport } from '../activities';
import type { BackfillProgress, BackfillRequest, BackfillRerun, Planned } from '../domain/backfill';
import type { DataflowId, RunId } from '../domain/ids';
import type { OperationDone, OperationRequest } from '../domain/operation';
import type { ClaimResult, FinishedRun, OpenedRun } from '../domain/protocol';
import type { ReplayStep } from '../domain/replay';
import { slotTitle } from '../domain/slot';
import type { Patience } from '../domain/start-request';
import { refusalOf } from './failures';

const LOCAL = {
  startToCloseTimeout: '3 seconds',
  scheduleToCloseTimeout: '4 seconds',
  retry: { initialInterval: '50 milliseconds', backoffCoefficient: 2, maximumAttempts: 5 },
} as const;

const REGULAR = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
} as const;

/** What may be about very many rows: it tells that it is alive. */
const LARGE = { ...REGULAR, startToCloseTimeout: '5 minutes', heartbeatTimeout: '30 seconds' } as const;

type Database = Omit<
  LineageActivities,
  'lineageAwaitSlot' | 'lineageWakeTargets' | 'lineageWakeDataflows' | 'lineageDeleteSchedules'
>;

function viaLocal(summary: string): Database {
  return proxyLocalActivities<Database>({ ...LOCAL, summary });
}

function viaRegular(summary: string, options: ActivityOptions): Database {
  return proxyActivities<Database>({ ...options, summary: `${summary} (MySQL was away, or slow)` });
}

/**
 * Not cancellable: a cancel must not leave open whether the database has it or not. It is seen at the next await.
 * @throws our own refusals as a DlcError, and nothing else that isn't a bug.
 */
async function durably<T>(
  summary: string,
  call: (activities: Database) => Promise<T>,
  regular: ActivityOptions = REGULAR,
): Promise<T> {
  return CancellationScope.nonCancellable(async () => {
    try {
      return await call(viaLocal(summary)).catch((error: unknown) => {
        if (refusalOf(error)) throw error;
        return call(viaRegular(summary, regular));
      });
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  });
}

export const openRun = (request: unknown): Promise<OpenedRun> =>
  durably('open the run', (activities) => activities.lineageOpenRun(request));

export const claimSources = (runId: RunId, patience: Patience | undefined): Promise<ClaimResult> =>
  durably('look for ready sources', (activities) =>
    // No second argument where there is nothing to say: a null that travels is one.
    patience ? activities.lineageClaimSources(runId, patience) : activities.lineageClaimSources(runId),
  );

export const finishRun = (runId: RunId, report: RunReport): Promise<FinishedRun> =>
  durably(`end the run: ${report.status}`, (activities) => activities.lineageFinishRun(runId, report));

export const checkEnd = (runId: RunId): Promise<FinishedRun | null> =>
  durably('look whether the run has ended', (activities) => activities.lineageCheckEnd(runId));

export const heartbeat = (runId: RunId): Promise<void> =>
  durably('write down the heartbeat', (activities) => activities.lineageHeartbeat(runId));

export const openBackfill = (request: BackfillRequest): Promise<BackfilledDataflow> =>
  durably('begin the backfill', (activities) => activities.lineageOpenBackfill(request));

export const planBackfill = (
  dataflow: DataflowId,
  partitions: readonly string[],
  rerun: BackfillRerun,
  want: number,
): Promise<Planned[]> =>
  durably('look at the runs of partitions', (activities) =>
    activities.lineagePlanBackfill(dataflow, partitions, rerun, want),
  );

export const endBackfill = (by: string, dataflow: string, progress: BackfillProgress): Promise<void> =>
  durably('keep what came of it', (activities) => activities.lineageEndBackfill({ by }, dataflow, progress));

export const operate = (request: OperationRequest): Promise<OperationDone> =>
  durably(request.operation.kind, (activities) => activities.lineageOperate(request), LARGE);

export const readReplay = (runId: RunId): Promise<ReplayStep[]> =>
  durably('read what was made of the run', (activities) => activities.lineageReadReplay(runId));

/** Returns when a run could open in the slot, or now and then before. */
export const awaitSlot = (dataflow: string, slot: string): Promise<void> =>
  proxyActivities<LineageActivities>({
    ...REGULAR,
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '30 seconds',
    summary: `wait for the slot ${slotTitle(dataflow, slot)}`.slice(0, 190),
  }).lineageAwaitSlot(dataflow, slot);

/** Lets go of what was withheld, and wakes whom it is for. */
export async function releaseAndWake(holder: string): Promise<void> {
  const dataflows = await durably(
    'let go of what was withheld',
    (activities) => activities.lineageRelease(holder),
    LARGE,
  );
  if (dataflows.length > 0) await wakeDataflows(dataflows);
}

const WAKE = { ...LARGE, startToCloseTimeout: '10 minutes' } as const;

export const wakeDataflows = (dataflows: readonly string[]): Promise<number> =>
  CancellationScope.nonCancellable(() =>
    proxyActivities<LineageActivities>({
      ...WAKE,
      summary: `look at the slots of ${String(dataflows.length)} dataflows`,
    }).lineageWakeDataflows(dataflows),
  );

export const deleteSchedules = (dataflow: string): Promise<number> =>
  CancellationScope.nonCancellable(() =>
    proxyActivities<LineageActivities>({
      ...REGULAR,
      startToCloseTimeout: '5 minutes',
      summary: `delete the schedules of ${dataflow}`.slice(0, 190),
    }).lineageDeleteSchedules(dataflow),
  );

export const wakeTargets = (runId: RunId, count: number): Promise<number> =>
  CancellationScope.nonCancellable(() =>
    proxyActivities<LineageActivities>({
      ...WAKE,
      summary: `wake ${String(count)} targets`,
    }).lineageWakeTargets(runId),
  );
