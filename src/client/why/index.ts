// Answers "why does it wait?" and "why did it start?" from MySQL: what the rule sees now is what a start would see. What
// Temporal alone knows (a lost wake-up, the attempts of a job) is asked of it last, and left out where it can't be asked.

import type { Dataflow, Run } from '../../domain/model';
import { isOpen } from '../../domain/run-state';
import { namedSlot } from '../../domain/slot';
import { dataflowRef } from '../../domain/start-request';
import { causesOf, startOf, why } from '../../domain/why';
import type { Why } from '../../domain/why';
import {
  decide,
  findDataflow,
  findOpenRun,
  getRun,
  latestRerun,
  questionOfRun,
  questionOfSlot,
  runStory,
  withheldRows,
} from '../../store';
import { whatBlocks } from '../../health/blocked';
import type { Context } from '../context';
import { runsBehind } from './behind';
import { evidenceAtStart, evidenceNow } from './evidence';
import { jobAttempt } from './job-attempt';
import { namedRunsOf } from './named-runs';
import { resumedBefore, turnedOffBy } from './operations';
import { sourcesOf } from './sources';
import { NOT_WOKEN, wakeUpOf } from './wake-up';

/** A run, or a slot: a dataflow (its id, or its key), with its partition where it runs per partition. */
export type WhySubject =
  { readonly runId: string } | { readonly dataflow: string | number; readonly partitionKey?: string | undefined };

/**
 * @throws RunNotFoundError, NotFoundError; InvalidArgumentError without the partition of a dataflow that runs per partition, or with
 * one that no run can have.
 */
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
  const decision = open
    ? await decide(db, dataflow, run ? questionOfRun(run) : questionOfSlot(dataflow, slot), 'look')
    : null;
  const evidence = run?.startedAt
    ? await evidenceAtStart(db, run, run.startedAt)
    : await evidenceNow(db, dataflow, decision);
  const { explanation, relations, rows } = evidence;
  const blocked = run ? null : await whatBlocks(db, dataflow, slot);
  const story = run && !open ? await runStory(db, run.runId) : null;
  const [wakeUp, sources, namedRuns, withheld, rerun, job, stuck, turnedOff, resumed] = await Promise.all([
    decision && blocked === null ? wakeUpOf(context, dataflow, slot, decision, run) : NOT_WOKEN,
    sourcesOf(db, relations, slot, rows),
    run && open ? namedRunsOf(db, run) : [],
    open ? withheldRows(db, dataflow.id, slot) : [],
    run && !open ? latestRerun(db, run.runId) : null,
    run ? jobAttempt(context, dataflow, run) : null,
    run && isFailed(run) ? runsBehind(db, run) : [],
    turnedOffBy(db, dataflow, run, story),
    resumedBefore(db, dataflow, run, evidence),
  ]);
  return why({
    dataflow: dataflow.key,
    slot,
    status: dataflow.status,
    triggerMode: dataflow.trigger.mode,
    pause: dataflow.pause,
    run,
    sourceCount: open ? 0 : rows.length,
    now: decision?.now ?? new Date(),
    explanation: explanation ?? story?.explanation ?? null,
    readyCount: rows.length,
    causes: causesOf(rows),
    ...wakeUp,
    turnedOff,
    operations: story?.operations ?? [],
    blocked,
    waitingFor: decision?.kind === 'wait' ? decision.reason : null,
    lookAt: decision?.kind === 'wait' ? decision.lookAt : null,
    start: run && story && startOf(run, story, rows, resumed),
    byDeadline: story?.byDeadline ?? false,
    gaveBack: story?.gaveBack ?? false,
    sources,
    namedRuns,
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

const isFailed = ({ state }: Run): boolean => !isOpen(state) && state !== 'success';
