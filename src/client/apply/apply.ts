// Does what a plan says, in one transaction, and lets whoever may start because of it look again.

import { randomUUID } from 'node:crypto';
import { AlreadyExistsError, UnavailableError } from '../../domain/errors';
import { orKnown } from '../../domain/declaration/problems';
import { checkWho } from '../../domain/operation';
import { describeAction, isSamePlan, planOf } from '../../domain/plan/actions';
import type { Plan } from '../../domain/plan/actions';
import type { PlanOptions } from '../../domain/plan/plan';
import type { RegisteredSchedules } from '../../domain/plan/schedules';
import { insertOperation, lockGraph } from '../../store';
import type { Queryable } from '../../store';
import type { Context } from '../context';
import type { Who } from '../operate';
import { planChange } from './plan';
import type { Change, PlannedChange } from './plan';
import { readSchedules } from './read-schedules';
import { restarts, scheduleProblems, writeSchedules } from './schedules';
import { Wake } from './wake';
import type { WakeOptions } from './wake';
import { writePlan } from './write-plan';

export interface ChangeOptions extends Who {
  /** How long to wait for Temporal where a dataflow may start because of it, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
}

export interface ApplyOptions extends ChangeOptions, PlanOptions {
  /** The plan that somebody agreed to: if it has become another one, nothing is done. */
  readonly expect?: Plan | undefined;
  /** What is applied, for people, for example the file's name. Default: `declaration`. */
  readonly subject?: string | undefined;
}

/** What was done; a plan without actions where nothing had to be. */
export interface Applied {
  readonly plan: Plan;
  /** The row in `operation` that tells of it; null: nothing had to be done. */
  readonly operationId: string | null;
  /** Dataflows that look again, for they may start now. */
  readonly woken: number;
}

/** Times that somebody else may register something in between. */
const ATTEMPTS = 5;

/** Actions that the row in `operation` names. */
const NAMED = 100;

/** What was planned isn't what has to be done any more. */
class PlanChanged extends Error {}

const overtaken = (cause: Error): UnavailableError =>
  new UnavailableError(
    `Somebody changed what is registered each of the ${String(ATTEMPTS)} times that this was to be applied. Nothing was done: apply it again.`,
    {},
    { cause },
  );

/** @throws InvalidArgumentError, CycleError; UnavailableError for a plan that isn't the expected one, and without Temporal. */
export async function applyChange(
  context: Context,
  change: Change,
  { by, reason, timeoutMs = 30_000, expect, subject = 'declaration' }: ApplyOptions,
): Promise<Applied> {
  const doer = doerOf(context, { by, reason }, timeoutMs);
  for (let attempt = 1; ; attempt++) {
    const planned = await planForApply(context, change, expect);
    checkExpected(planned.plan, expect);
    if (planned.plan.actions.length === 0) return { plan: planned.plan, operationId: null, woken: 0 };
    const wake = planned.wake.length > 0 ? await Wake.begin(context, planned.wake, doer) : undefined;
    try {
      const applied = await context.db.transaction((tx) =>
        write(tx, change, { doer, expect, subject, wake, schedules: planned.registered.schedules }),
      );
      await wake?.go();
      await writeSchedules(context, applied.plan, planned.declared, doer);
      return applied;
    } catch (error) {
      // Whether a commit that failed has happened, nobody knows.
      await wake?.go().catch(() => undefined);
      if (!(error instanceof PlanChanged || error instanceof AlreadyExistsError)) throw error;
      if (attempt === ATTEMPTS) throw overtaken(error);
    }
  }
}

/**
 * What `applyChange` would do now. Schedules are left out where Temporal isn't there, unless they are declared or `needed`.
 * @throws InvalidArgumentError, CycleError; UnavailableError where schedules are needed.
 */
export async function planWithSchedules(context: Context, change: Change, needed = false): Promise<PlannedChange> {
  const { schedules, prune = false } = change;
  return orKnown(change.problems ?? [], change.title, () =>
    planChange(
      context.db,
      change,
      (declared, registered) =>
        schedules ? readSchedules(context, { declared, registered, prune, needed }) : undefined,
      (plan, declared) => scheduleProblems(context, plan, declared),
    ),
  );
}

/** Before anything is written: what schedules there are that have to follow. @throws as `planWithSchedules` */
async function planForApply(context: Context, change: Change, expect: Plan | undefined): Promise<PlannedChange> {
  const agreed = expect?.actions.some(({ action }) => action.endsWith('Schedule'));
  const planned = await planWithSchedules(context, change, agreed);
  return missesSchedules(planned) ? planWithSchedules(context, change, true) : planned;
}

const missesSchedules = ({ plan, registered }: PlannedChange): boolean =>
  registered.schedules === undefined && plan.actions.some(restarts);

interface Writing {
  readonly schedules: RegisteredSchedules | undefined;
  readonly doer: WakeOptions;
  readonly expect: Plan | undefined;
  readonly subject: string;
  readonly wake: Wake | undefined;
}

async function write(
  tx: Queryable,
  change: Change,
  { doer, expect, subject, wake, schedules }: Writing,
): Promise<Applied> {
  await lockGraph(tx);
  const planned = await planChange(tx, change, () => schedules);
  checkExpected(planned.plan, expect);
  if (planned.plan.actions.length === 0 || missesSchedules(planned)) throw new PlanChanged();
  if (planned.wake.length > 0 && !wake?.covers(planned.wake)) throw new PlanChanged();
  await writePlan(tx, planned, doer);
  const operationId = randomUUID();
  const { by, reason } = doer;
  await insertOperation(tx, { operationId, kind: change.kind, subject, by, reason }, recordOf(planned));
  return { plan: planned.plan, operationId, woken: planned.wake.length };
}

/** For whoever asks later what was done. */
function recordOf({ plan: { actions, summary }, wake }: PlannedChange): Parameters<typeof insertOperation>[2] {
  const named = actions.slice(0, NAMED).map((action) => describeAction(action).slice(0, 500));
  const more = actions.length - named.length;
  return {
    result: { changed: true, ...summary, actions: named, ...(more > 0 && { more }) },
    wakeDataflows: wake,
    wakeTargetsOf: [],
  };
}

function checkExpected(plan: Plan, expect: Plan | undefined): void {
  if (!expect || isSamePlan(plan, expect)) return;
  const before = new Set(expect.actions.map(describeAction));
  const now = planOf(plan.actions.filter((action) => !before.has(describeAction(action))));
  const also = now.actions.slice(0, 3).map(describeAction).join('; ');
  throw new UnavailableError(
    `Somebody changed what is registered, so the plan isn't the same any more${also && ` (now also: ${also})`}. Nothing was done: look at the new plan, then apply it.`,
    { summary: plan.summary },
  );
}

/** @throws InvalidArgumentError for a `by` or `reason` that can't be kept. */
function doerOf(context: Context, { by, reason }: Who, timeoutMs: number): WakeOptions {
  const doer = { by: by ?? context.actor, reason };
  checkWho(doer);
  return { by: doer.by, reason: reason ?? null, timeoutMs };
}
