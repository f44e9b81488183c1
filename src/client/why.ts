// Answers "why does it wait?" and "why did it start?" from MySQL alone: what the rule sees now is what a start would see.

import type { DataflowId } from '../domain/ids';
import type { Dataflow, Run } from '../domain/model';
import { startRule } from '../domain/rule';
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
  newestQueued,
  newestRuns,
  relationsOfTarget,
} from '../store';
import type { Database } from '../store';

/** A run, or a slot: a dataflow (its id, or its key), with its partition where it runs per partition. */
export type WhySubject =
  { readonly runId: string } | { readonly dataflow: string | number; readonly partitionKey?: string | undefined };

/** @throws RunNotFoundError, NotFoundError; InvalidArgumentError without the partition of a dataflow that runs per partition. */
export async function askWhy(db: Database, subject: WhySubject): Promise<Why> {
  if ('runId' in subject) {
    const run = await getRun(db, subject.runId);
    return answer(db, await findDataflow(db, { id: run.dataflowId }), run.slot, run);
  }
  const dataflow = await findDataflow(db, dataflowRef(subject.dataflow));
  const slot = namedSlot(dataflow, subject.partitionKey);
  return answer(db, dataflow, slot, (await findOpenRun(db, dataflow.id, slot)) ?? null);
}

async function answer(db: Database, dataflow: Dataflow, slot: string, run: Run | null): Promise<Why> {
  const open = run === null || run.state === 'waiting';
  const question = run
    ? { ...run, inLineSince: run.waitingFor === 'place' ? run.waitingSince : null }
    : {
        ...{ runId: null, slot, priority: 0, inLineSince: null, openedAt: null, lateAt: null },
        ...{ rule: startRule(dataflow.trigger.when), policy: dataflow.trigger },
        triggered: dataflow.trigger.mode === 'auto',
      };
  const [decision, sources, sourceCount] = await Promise.all([
    open ? decide(db, dataflow, question, 'look') : null,
    open ? sourcesOf(db, dataflow.id, slot) : [],
    run ? countClaimedRows(db, run.runId) : 0,
  ]);
  return why({
    dataflow: dataflow.key,
    slot,
    status: dataflow.status,
    triggerMode: dataflow.trigger.mode,
    run,
    sourceCount,
    explanation: decision?.explanation ?? null,
    sources,
  });
}

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
  return relations.map(({ id, sourceKey, sourceDataflowId, suspendedAt }) => {
    const run = last.get(sourceDataflowId);
    return {
      source: sourceKey,
      relationId: id,
      suspendedAt,
      newest: newest.get(id) ?? null,
      lastRun: run ? { runId: run.runId, state: run.state, at: run.endedAt ?? run.startedAt ?? run.openedAt } : null,
    };
  });
}
