// The one way in which a run ends, whoever ends it: its end, what it leaves for its targets or gives back to its queue, and the
// event, in one transaction.

import { parseJobReport } from '../domain/finish-request';
import type { JobReport } from '../domain/finish-request';
import type { Relation, Run } from '../domain/model';
import { abridge } from '../domain/rule';
import type { Explanation } from '../domain/rule';
import type { EndState } from '../domain/run-state';
import {
  decide,
  endRun as writeEnd,
  findDataflow,
  insertEvent,
  insertQueueRows,
  lockHeld,
  questionOfRun,
  relationsOfSource,
  reopenEnd,
  requeueSources,
  successesBefore,
} from '../store';
import type { NewQueueRow, Queryable } from '../store';
import { holder, isPassing } from '../domain/withheld';
import { feedsOf, slotsOf, slotsOfHeld } from '../domain/target-slots';

export type RunReport = Omit<JobReport, 'status'> & {
  readonly status: EndState;
  readonly errorCode?: string | null;
  readonly requestId?: string | null;
};

/** The report of an end that nobody reported. */
export function endReport(status: Exclude<EndState, 'success'>, message: string, errorCode?: string): RunReport {
  return { ...parseJobReport({}), status, message, errorCode: errorCode ?? null };
}

/**
 * For a run that is locked and open. `detail`: what else the event tells; of one that waits, how its rule stood as well.
 * @throws InvalidArgumentError for a partition that a target can't take, and for more of them than one finish may leave.
 */
export async function endInTransaction(
  tx: Queryable,
  run: Run,
  report: RunReport,
  { explanation, ...detail }: Readonly<Record<string, unknown>> & { readonly explanation?: Explanation } = {},
): Promise<Run> {
  const stood = run.state === 'waiting' ? { explanation: abridge(explanation ?? (await explained(tx, run))) } : {};
  if (report.status === 'success') await queueForTargets(tx, { ...run, ...endOf(run, report) });
  else await releaseSources(tx, run);
  return recordEnd(tx, run, report, { ...detail, ...stood });
}

const explained = async (tx: Queryable, run: Run): Promise<Explanation> =>
  (await decide(tx, await findDataflow(tx, { id: run.dataflowId }), questionOfRun(run), 'look')).explanation;

/**
 * For a run that is locked, and whose lease ended it: the end that came after it counts. What was is kept as an event. An error
 * changes nothing about its sources: when its lease ended it, they were given back or kept.
 * @throws InvalidArgumentError for a partition that a target can't take, and for more of them than one finish may leave.
 */
export async function acceptEnd(
  tx: Queryable,
  run: Run,
  report: RunReport,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertEvent(tx, run.runId, run.dataflowId, 'accept', { was: run.errorCode, endedAt: run.endedAt, ...detail });
  await reopenEnd(tx, run.runId);
  if (report.status === 'success') {
    const withholdBy = (await isHeld(tx, run.withholdBy)) ? run.withholdBy : null;
    await queueForTargets(tx, { ...run, ...endOf(run, report), withholdBy });
  }
  await recordEnd(tx, run, report, detail);
}

/** A backfill or a replay that has let go of everything won't let go of what comes after. */
const isHeld = async (tx: Queryable, by: string | null): Promise<boolean> =>
  by !== null && (!isPassing(by) || (await lockHeld(tx, by)));

function endOf(run: Run, report: RunReport) {
  const { status: state, dataflowBatchRunId: batchRunId, message, partitions, errorCode = null } = report;
  const partitionKey = report.dataflowPartitionKey ?? run.partitionKey;
  const recordCount = report.recordCount ?? total(report);
  return { state, recordCount, batchRunId, partitionKey, message, errorCode, partitions };
}

async function recordEnd(
  tx: Queryable,
  run: Run,
  report: RunReport,
  detail: Readonly<Record<string, unknown>>,
): Promise<Run> {
  const end = endOf(run, report);
  const { state, recordCount } = end;
  await writeEnd(tx, run.runId, state, { ...report, recordCount });
  await insertEvent(tx, run.runId, run.dataflowId, state, { ...end, ...detail, state: undefined });
  return { ...run, ...end, finishRequestId: report.requestId ?? null, waitingFor: null };
}

/** What a success leaves: one row for each relation, partition and slot that it feeds. */
export async function queueForTargets(tx: Queryable, run: Run): Promise<void> {
  const relations = await relationsOfSource(tx, run.dataflowId);
  const parts = run.partitions ?? [{ partitionKey: run.partitionKey, recordCount: null }];
  const field = run.partitions ? 'partitions' : 'dataflowPartitionKey';
  const slots = (relation: Relation, partitionKey: string | null): string[] =>
    run.slot === '' ? slotsOf(relation, partitionKey, field) : slotsOfHeld(relation, run);
  const rows = feedsOf(relations, parts, slots, field).map(
    ({ relation, slot, partitionKey, part, recordCount }): NewQueueRow => ({
      relationId: relation.id,
      targetDataflowId: relation.targetDataflowId,
      targetSlot: slot,
      partitionKey,
      part,
      recordCount,
      withheldBy: relation.suspendedBacklog === 'skip' ? holder('suspended', relation.id) : run.withholdBy,
    }),
  );
  await insertQueueRows(tx, run, rows);
}

/**
 * What a run that came to nothing gives back: policy `release`, or the operator's `clear`. By policy, nothing that a success which it
 * was to repeat has consumed: that counts, and another run would consume it a second time.
 */
async function releaseSources(tx: Queryable, run: Run): Promise<void> {
  if (run.state === 'waiting') return;
  const cause =
    run.releaseCause ?? ((await findDataflow(tx, { id: run.dataflowId })).onError === 'release' ? 'release' : null);
  if (cause === null) return;
  const unlessBy = cause === 'release' ? await successesBefore(tx, run) : [];
  const released = await requeueSources(tx, run.runId, cause, { unlessBy });
  await insertEvent(tx, run.runId, run.dataflowId, cause, { released });
}

const total = ({ partitions }: RunReport): number | null =>
  partitions?.every(({ recordCount }) => recordCount !== null)
    ? partitions.reduce((sum, { recordCount }) => sum + (recordCount ?? 0), 0)
    : null;
