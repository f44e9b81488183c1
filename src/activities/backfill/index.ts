// What a backfill does in MySQL: it is kept when it begins and when it has ended, and looks which partitions have which runs.
// Idempotent by the backfill's ID (rule 3).

import { backfillIdOf, checkSameBackfill, planPartition } from '../../domain/backfill';
import type { BackfillProgress, BackfillRequest, BackfillRerun, Planned } from '../../domain/backfill';
import { dataflowOff } from '../../domain/dataflow-off';
import type { DataflowId } from '../../domain/ids';
import { dataflowRef } from '../../domain/start-request';
import { checkBackfill } from '../../health/blocked';
import { endOf, findDataflow, findOperation, insertOperation, partitionRuns } from '../../store';
import type { AttemptDeps, Execution } from '../deps';

/** What its workflow needs to know of the dataflow. */
export interface BackfilledDataflow {
  readonly dataflowId: DataflowId;
  readonly key: string;
  readonly partitioned: boolean;
  readonly maxConcurrentRuns: number | null;
  readonly workflowType: string | null;
  readonly taskQueue: string | null;
}

/** @throws NotFoundError; DataflowDisabledError; InvalidArgumentError for another one of its ID. Nothing is written then. */
export async function openBackfill(
  deps: AttemptDeps,
  request: BackfillRequest,
  { workflowId }: Execution,
): Promise<BackfilledDataflow> {
  const dataflow = await findDataflow(deps.db, dataflowRef(request.dataflow));
  const { id: dataflowId, key, partitioned, maxConcurrentRuns, workflowType, taskQueue } = dataflow;
  const facts = { dataflowId, key, partitioned, maxConcurrentRuns, workflowType, taskQueue };
  await deps.transaction(async (tx) => {
    const operationId = backfillIdOf(workflowId);
    const before = await findOperation(tx, operationId);
    if (before) {
      // As it goes on with an empty history, or was reset.
      checkSameBackfill(operationId, { ...before, result: before.done.result }, key, request);
      return;
    }
    if (dataflow.status !== 'enabled') throw dataflowOff(dataflow, "it can't be backfilled");
    await checkBackfill(tx, dataflow, request);
    const { by, reason } = request;
    const done = { result: { changed: true, request }, wakeDataflows: [], wakeTargetsOf: [] };
    await insertOperation(tx, { operationId, kind: 'backfill', subject: key, by, reason }, done);
  });
  return facts;
}

/** Partitions from the first one on, until `want` of them are to be run: what is read is used soon, before it is out of date. */
export async function planBackfill(
  { db }: AttemptDeps,
  dataflowId: DataflowId,
  partitions: readonly string[],
  rerun: BackfillRerun,
  want: number,
): Promise<Planned[]> {
  const runs = await partitionRuns(db, dataflowId, partitions);
  const planned: Planned[] = [];
  let toRun = 0;
  for (const partition of partitions) {
    const next = planPartition(partition, runs.get(partition), rerun);
    planned.push(next);
    if (next.action === 'run' && ++toRun === want) break;
  }
  return planned;
}

export async function endBackfill(
  deps: AttemptDeps,
  { by }: Pick<BackfillRequest, 'by'>,
  key: string,
  progress: BackfillProgress,
  { workflowId }: Execution,
): Promise<void> {
  const operationId = endOf(backfillIdOf(workflowId));
  await deps.transaction(async (tx) => {
    if (await findOperation(tx, operationId)) return;
    const done = { result: { changed: true, progress }, wakeDataflows: [], wakeTargetsOf: [] };
    await insertOperation(tx, { operationId, kind: 'backfillEnd', subject: key, by, reason: progress.stopped }, done);
  });
}
