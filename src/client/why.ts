// Answers "why does it wait?" and "why did it start?" from MySQL alone: what the rule sees now is what a start would see.

import type { DataflowId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import { isOpen } from '../domain/run-state';
import { mapPartition } from '../domain/partition';
import { namedSlot } from '../domain/slot';
import { dataflowRef } from '../domain/start-request';
import { why } from '../domain/why';
import type { Why, WhySource } from '../domain/why';
import {
  countClaimedRows,
  decide,
  findDataflow,
  findOpenRun,
  getRun,
  hasSucceededSince,
  latestRerun,
  newestQueued,
  newestRuns,
  questionOfRun,
  questionOfSlot,
  relationsOfSource,
  relationsOfTarget,
  runStory,
  waitingBehind,
  withheldRows,
} from '../store';
import type { Database } from '../store';
import { whatBlocks } from '../health/blocked';
import type { Context } from './context';
import { jobAttempt } from './job-attempt';

/** A run, or a slot: a dataflow (its id, or its key), with its partition where it runs per partition. */
export type WhySubject =
  { readonly runId: string } | { readonly dataflow: string | number; readonly partitionKey?: string | undefined };

/** @throws RunNotFoundError, NotFoundError; InvalidArgumentError without the partition of a dataflow that runs per partition. */
export async function askWhy(context: Context, subject: WhySubject): Promise<Why> {
  const { db } = context;
  if ('runId' in subject) {
    const run = await getRun(db, subject.runId);
    return answer(context, await findDataflow(db, { id: run.dataflowId }), run.slot, run);
  }
  const dataflow = await findDataflow(db, dataflowRef(subject.dataflow));
  const slot = namedSlot(dataflow, subject.partitionKey);
  return answer(context, dataflow, slot, (await findOpenRun(db, dataflow.id, slot)) ?? null);
}

async function answer(context: Context, dataflow: Dataflow, slot: string, run: Run | null): Promise<Why> {
  const { db } = context;
  const open = run === null || run.state === 'waiting';
  const [decision, blocked, sources, withheld, sourceCount, rerun, job, stuck, story] = await Promise.all([
    open ? decide(db, dataflow, run ? questionOfRun(run) : questionOfSlot(dataflow, slot), 'look') : null,
    run ? null : whatBlocks(db, dataflow, slot),
    open ? sourcesOf(db, dataflow.id, slot) : [],
    open ? withheldRows(db, dataflow.id, slot) : [],
    run ? countClaimedRows(db, run.runId) : 0,
    run && !open ? latestRerun(db, run.runId) : null,
    run ? jobAttempt(context, dataflow, run) : null,
    run && isFailed(run) ? runsBehind(db, run) : [],
    open ? null : runStory(db, run.runId),
  ]);
  return why({
    dataflow: dataflow.key,
    slot,
    status: dataflow.status,
    triggerMode: dataflow.trigger.mode,
    pause: dataflow.pause,
    run,
    sourceCount,
    now: decision?.now ?? new Date(),
    explanation: decision?.explanation ?? null,
    readyCount: decision?.ready.length ?? 0,
    blocked,
    waitingFor: decision?.kind === 'wait' ? decision.reason : null,
    lookAt: decision?.kind === 'wait' ? decision.lookAt : null,
    byDeadline: story?.byDeadline ?? false,
    gaveBack: story?.gaveBack ?? false,
    sources,
    withheld,
    rerun: rerun ? { runId: rerun.runId, state: rerun.state } : null,
    job,
    stuck: stuck.map(({ runId, dataflow: key, slot: inSlot, openedAt }) => ({
      runId,
      dataflow: key,
      slot: inSlot,
      since: openedAt,
    })),
  });
}

/** Waiting runs of its targets that miss just what it would have written. */
async function runsBehind(db: Database, failed: Run): Promise<Run[]> {
  if (await hasSucceededSince(db, failed)) return [];
  const relations = await relationsOfSource(db, failed.dataflowId);
  const partition = failed.partitionKey ?? (failed.slot === '' ? null : failed.slot);
  const fed = new Map(
    relations.map((relation) => [relation.targetDataflowId, mapPartition(relation.partition, partition)]),
  );
  const waiting = await waitingBehind(db, failed.dataflowId);
  // Nobody knows which slots a run without a partition would have fed.
  return waiting.filter(({ dataflowId, slot }) => fed.get(dataflowId)?.includes(slot) ?? true);
}

const isFailed = ({ state }: Run): boolean => !isOpen(state) && state !== 'success';

async function sourcesOf(db: Database, target: DataflowId, slot: string): Promise<WhySource[]> {
  const relations = await relationsOfTarget(db, target);
  const [newest, last] = await Promise.all([
    newestQueued(
      db,
      relations.map((relation) => relation.id),
      slot,
    ),
    newestRuns(
      db,
      relations.map((relation) => relation.sourceDataflowId),
    ),
  ]);
  return relations.map(({ id, sourceKey, sourceDataflowId, suspendedAt, suspendedBy, suspendReason }) => {
    const run = last.get(sourceDataflowId);
    return {
      source: sourceKey,
      relationId: id,
      suspendedAt,
      suspendedBy,
      suspendReason,
      newest: newest.get(id) ?? null,
      lastRun: run ? { runId: run.runId, state: run.state, at: run.endedAt ?? run.startedAt ?? run.openedAt } : null,
    };
  });
}
