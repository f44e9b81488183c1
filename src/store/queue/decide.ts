// Reads what the decision about a start looks at, and lets it be made.

import type { DataflowId } from '../../domain/ids';
import type { Dataflow, QueueRow, Relation, Run } from '../../domain/model';
import { asksForAge, startRule } from '../../domain/rule';
import type { LeftOut, RuleSource, StartRule } from '../../domain/rule';
import { asksForTime, decideStart } from '../../domain/start';
import type { StartDecision, StartFacts, StartPolicy } from '../../domain/start';
import type { Queryable } from '../database';
import { everyRelationOfTarget } from '../relation/list-relations';
import { readPlaces } from '../run/places';
import type { InLine } from '../run/places';
import { newestAge } from './newest-rows';
import { readyRows } from './ready-rows';

export interface RuleSources {
  /** The active relations of a target. */
  readonly sources: readonly RuleSource[];
  readonly leftOut: LeftOut;
}

export async function ruleSources(db: Queryable, target: DataflowId): Promise<RuleSources> {
  return ruleSourcesOf(await everyRelationOfTarget(db, target), ({ suspendedAt, terminatedAt }) =>
    terminatedAt ? 'terminated' : suspendedAt ? 'suspended' : 'active',
  );
}

/** `relations`: of one target, by their ids. */
export function ruleSourcesOf(
  relations: readonly Relation[],
  stateOf: (relation: Relation) => 'active' | 'suspended' | 'terminated',
): RuleSources {
  const sources: RuleSource[] = [];
  // The newest relation of a source tells what became of it.
  const off = new Map<string, 'suspended' | 'terminated'>();
  for (const relation of relations) {
    const { id: relationId, sourceDataflowId, sourceKey, partition } = relation;
    const state = stateOf(relation);
    if (state === 'active') sources.push({ relationId, sourceDataflowId, sourceKey, partition });
    else off.set(sourceKey, state);
  }
  const known = new Set(sources.map(({ sourceKey }) => sourceKey));
  return { sources, leftOut: new Map([...off].filter(([sourceKey]) => !known.has(sourceKey))) };
}

/** A run that may start. */
export interface StartQuestion extends InLine {
  readonly rule: StartRule;
  readonly policy: StartPolicy;
  readonly triggered: boolean;
  /** Null: it would open now. */
  readonly openedAt: Date | null;
  readonly lateAt: Date | null;
}

/** Of a run that waits. A rerun has its sources, whatever the rule that they met. */
export const questionOfRun = (run: Run): StartQuestion => ({
  ...run,
  rule: run.rerunOf === null ? run.rule : startRule('ignore'),
  inLineSince: run.waitingFor === 'place' ? run.waitingSince : null,
});

/** Of the run that a trigger would open in a slot now. */
export const questionOfSlot = ({ trigger }: Dataflow, slot: string): StartQuestion => ({
  rule: startRule(trigger.when),
  policy: trigger,
  triggered: trigger.mode === 'auto',
  runId: null,
  slot,
  priority: 0,
  inLineSince: null,
  openedAt: null,
  lateAt: null,
});

export type QueueDecision = StartDecision<QueueRow> & {
  readonly now: Date;
  /** All that the slot's queue has ready. */
  readonly ready: readonly QueueRow[];
};

/**
 * `places`: whether a limit of runs at once is looked at under a lock (`lock`, in a transaction that may start the run), or just
 * looked at (`look`).
 */
export async function decide(
  db: Queryable,
  dataflow: Dataflow,
  question: StartQuestion,
  places: 'lock' | 'look',
): Promise<QueueDecision> {
  const { slot, rule, policy } = question;
  const { sources, leftOut } = await ruleSources(db, dataflow.id);
  const ready = sources.length > 0 ? await readyRows(db, dataflow.id, slot) : [];
  const related = sources.map(({ relationId }) => relationId);
  const newest = asksForAge(rule.rule) ? await newestAge(db, related, slot) : new Map<DataflowId, number>();
  const now = asksForTime(policy) ? await clock(db) : new Date();
  const facts: StartFacts<QueueRow> = {
    now,
    openedAt: question.openedAt ?? now,
    triggered: question.triggered,
    toldLate: question.lateAt !== null,
    rule,
    policy,
    dataflow: dataflow.key,
    status: dataflow.status,
    pause: dataflow.pause,
    sources,
    ready,
    newest,
    leftOut,
    inLine: question.inLineSince !== null,
    places: null,
  };
  const decision = decideStart(facts);
  // Last, and only where it matters: the lock is the dataflow's, over all of its slots.
  if (decision.kind !== 'start' || dataflow.maxConcurrentRuns === null) return { ...decision, now, ready };
  const line = await readPlaces(db, dataflow, question, places === 'lock');
  return { ...decideStart({ ...facts, places: line }), now, ready };
}

/** The database's own time, by which everything else is dated. */
async function clock(db: Queryable): Promise<Date> {
  const [row] = await db.select<{ now: Date }>('SELECT UTC_TIMESTAMP(6) AS now');
  return row?.now ?? new Date();
}
