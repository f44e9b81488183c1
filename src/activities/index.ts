// The activities: the only writers of runs and of the queue. Each is idempotent by run ID (rule 3).

import { activityInfo, heartbeat } from '@temporalio/activity';
import type { Healing } from '../domain/healing';
import { dataflowId } from '../domain/ids';
import type { DataflowId, RunId } from '../domain/ids';
import type { BackfillProgress, BackfillRequest, BackfillRerun, Planned } from '../domain/backfill';
import type { OperationDone, OperationRequest } from '../domain/operation';
import type { ClaimResult, FinishedRun, OpenedRun } from '../domain/protocol';
import type { ReplayStep } from '../domain/replay';
import type { Patience } from '../domain/start-request';
import { checkEnd } from './after-end';
import { awaitSlot } from './await-slot';
import { endBackfill, openBackfill, planBackfill } from './backfill';
import type { BackfilledDataflow } from './backfill';
import { claimSources } from './claim-sources';
import { attemptTransaction } from './attempt';
import { deleteSchedules } from './delete-schedules';
import type { AttemptDeps, Deps, Execution } from './deps';
import { withFailures } from './failure';
import { finishRun } from './finish-run';
import { healAll, housekeep } from './housekeep';
import type { HealOptions } from './housekeep';
import type { RunReport } from './end-run';
import { openRun } from './open-run';
import { operate } from './operate';
import { setHeartbeat } from '../store';
import { readReplay, release } from './replay';
import { wakeDataflows } from './wake-dataflows';
import { wakeTargets } from './wake-targets';

export { HOUSEKEEPING } from './deps';
export type { Deps, Housekeeping } from './deps';
export type { HealOptions } from './housekeep';
export type { BackfilledDataflow } from './backfill';
export type { RunReport } from './end-run';

/** What the workflows call. The names are prefixed: they share a worker with the user's own activities. */
export interface LineageActivities {
  readonly lineageOpenRun: (request: unknown) => Promise<OpenedRun>;
  /** `patience`: what it waits for; left out, for whatever it lacks. */
  readonly lineageClaimSources: (runId: RunId, patience?: Patience) => Promise<ClaimResult>;
  readonly lineageFinishRun: (runId: RunId, report: RunReport) => Promise<FinishedRun>;
  /** Null: the run is open. */
  readonly lineageCheckEnd: (runId: RunId) => Promise<FinishedRun | null>;
  readonly lineageOperate: (request: OperationRequest) => Promise<OperationDone>;
  /** Returns how many slots were woken. */
  readonly lineageWakeDataflows: (dataflows: readonly string[]) => Promise<number>;
  readonly lineageReadReplay: (runId: RunId) => Promise<ReplayStep[]>;
  /** Returns when a run could open in the slot. */
  readonly lineageAwaitSlot: (dataflow: string, slot: string) => Promise<void>;
  /** Lets go of what a backfill or a replay withheld; returns the dataflows whose slots look again. */
  readonly lineageRelease: (holder: string) => Promise<DataflowId[]>;
  /** Goes on for a shift. */
  readonly lineageHousekeep: () => Promise<void>;
  /** Looks once, and returns what was healed. */
  readonly lineageHeal: (options?: HealOptions) => Promise<Healing>;
  /** Returns how many there were. */
  readonly lineageDeleteSchedules: (dataflow: string) => Promise<number>;
  readonly lineageOpenBackfill: (request: BackfillRequest) => Promise<BackfilledDataflow>;
  readonly lineagePlanBackfill: (
    dataflow: DataflowId,
    partitions: readonly string[],
    rerun: BackfillRerun,
    want: number,
  ) => Promise<Planned[]>;
  readonly lineageEndBackfill: (
    request: Pick<BackfillRequest, 'by'>,
    dataflow: string,
    progress: BackfillProgress,
  ) => Promise<void>;
  readonly lineageHeartbeat: (runId: RunId) => Promise<void>;
  /** Returns how many were woken. */
  readonly lineageWakeTargets: (runId: RunId) => Promise<number>;
}

export function createActivities(deps: Deps): LineageActivities {
  const attempt = <T>(work: (own: AttemptDeps) => Promise<T>): Promise<T> =>
    withFailures(() => work({ ...deps, transaction: attemptTransaction(deps.db) }));
  return {
    lineageOpenRun: (request) => attempt((own) => openRun(own, request, execution())),
    lineageClaimSources: (runId, patience = { wait: true }) =>
      attempt((own) => claimSources(own, runId, execution(), patience)),
    lineageFinishRun: (runId, report) => attempt((own) => finishRun(own, runId, report, execution())),
    lineageCheckEnd: (runId) => attempt((own) => checkEnd(own, runId, execution())),
    lineageOperate: (request) => attempt((own) => operate(own, request, execution(), heartbeat)),
    lineageWakeDataflows: (dataflows) =>
      attempt((own) => wakeDataflows(own, dataflows.map(dataflowId), execution(), heartbeat)),
    lineageReadReplay: (runId) => attempt((own) => readReplay(own, runId)),
    lineageAwaitSlot: (dataflow, slot) => attempt((own) => awaitSlot(own, dataflow, slot, heartbeat)),
    lineageRelease: (holder) => attempt((own) => release(own, holder, heartbeat)),
    lineageHousekeep: () => attempt((own) => housekeep(own, execution())),
    lineageHeal: (options) => attempt((own) => healAll(own, execution(), options)),
    lineageDeleteSchedules: (dataflow) => attempt((own) => deleteSchedules(own, dataflow)),
    lineageOpenBackfill: (request) => attempt((own) => openBackfill(own, request, execution())),
    lineagePlanBackfill: (dataflow, partitions, rerun, want) =>
      attempt((own) => planBackfill(own, dataflow, partitions, rerun, want)),
    lineageEndBackfill: (request, dataflow, progress) =>
      attempt((own) => endBackfill(own, request, dataflow, progress, execution())),
    lineageHeartbeat: (runId) => attempt((own) => own.transaction((tx) => setHeartbeat(tx, runId))),
    lineageWakeTargets: (runId) => attempt((own) => wakeTargets(own, runId, execution(), heartbeat)),
  };
}

function execution(): Execution {
  const { workflowExecution, workflowType = '', taskQueue } = activityInfo();
  if (!workflowExecution) throw new Error('Lineage activities run for a workflow only.');
  return { ...workflowExecution, workflowType, taskQueue };
}
