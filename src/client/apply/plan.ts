// What a declaration would do to what is registered now. Reads MySQL, writes nothing.

import { refuse } from '../../domain/declaration/problems';
import { readDeclaration } from '../../domain/declaration/read';
import type { Declared } from '../../domain/declaration/read';
import type { DataflowId } from '../../domain/ids';
import type { Plan } from '../../domain/plan/actions';
import { makePlan } from '../../domain/plan/plan';
import type { PlanOptions } from '../../domain/plan/plan';
import type { Registered } from '../../domain/plan/registered';
import { endingRelations, withReady } from '../../domain/plan/retire';
import type { RegisteredSchedules } from '../../domain/plan/schedules';
import { dataflowsToWake } from '../../domain/plan/wake';
import { allDataflows, countReady, openRelations } from '../../store';
import type { Queryable } from '../../store';

export interface ExportOptions {
  readonly zone?: string | undefined;
  /** Default true. */
  readonly schedules?: boolean | undefined;
}

/** What is to be done to the registry, found out anew from whatever is registered. */
export interface Change extends PlanOptions {
  readonly kind: 'apply' | 'updateDataflow';
  /** What a refusal speaks of. */
  readonly title: string;
  /** Schedules are looked at too: those of what is declared, and of what is pruned. */
  readonly schedules: boolean;
  readonly read: (db: Queryable) => Promise<Registered>;
  readonly declare: (registered: Registered) => Declared;
}

export interface PlannedChange {
  readonly plan: Plan;
  readonly declared: Declared;
  readonly registered: Registered;
  /** Dataflows that may start because of it. */
  readonly wake: readonly DataflowId[];
}

type MaybePromise<T> = T | Promise<T>;

/** @throws InvalidArgumentError, CycleError */
export async function planChange(
  db: Queryable,
  change: Change,
  schedulesOf: (declared: Declared, registered: Registered) => MaybePromise<RegisteredSchedules | undefined>,
): Promise<PlannedChange> {
  const registry = await change.read(db);
  const declared = change.declare(registry);
  const registered = { ...registry, schedules: await schedulesOf(declared, registry) };
  const { plan, problems } = makePlan(declared, registered, change);
  refuse(problems, change.title);
  const ending = new Set([...endingRelations(plan, registered).values()].flat());
  const ready = await countReady(db, [...ending]);
  return { plan: withReady(plan, registered, ready), declared, registered, wake: dataflowsToWake(plan, registered) };
}

export async function readRegistered(db: Queryable): Promise<Registered> {
  return { dataflows: await allDataflows(db), relations: await openRelations(db) };
}

/** @throws InvalidArgumentError, CycleError: what no database is needed for. */
export function declarationChange(declaration: unknown, zoneOrder: readonly string[], options: PlanOptions): Change {
  const title = 'The declaration';
  const { declared, problems } = readDeclaration(declaration, zoneOrder);
  refuse(problems, title);
  return {
    kind: 'apply',
    title,
    prune: options.prune,
    schedules: true,
    read: readRegistered,
    declare: () => declared,
  };
}
