// What a declaration would do to what is registered now. Reads MySQL, writes nothing.

import { orKnown, refuse } from '../../domain/declaration/problems';
import type { DeclarationProblem } from '../../domain/declaration/problems';
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
  /** What is wrong with it whatever is registered. */
  readonly problems?: readonly DeclarationProblem[];
}

export interface PlannedChange {
  readonly plan: Plan;
  readonly declared: Declared;
  readonly registered: Registered;
  /** Dataflows that may start because of it. */
  readonly wake: readonly DataflowId[];
}

type MaybePromise<T> = T | Promise<T>;

/**
 * `others`: asks someone else what is wrong with the plan.
 * @throws InvalidArgumentError, CycleError: with all that is wrong, as far as it can be told.
 */
export async function planChange(
  db: Queryable,
  change: Change,
  schedulesOf: (declared: Declared, registered: Registered) => MaybePromise<RegisteredSchedules | undefined>,
  others: (plan: Plan, declared: Declared) => MaybePromise<readonly DeclarationProblem[]> = () => [],
): Promise<PlannedChange> {
  const registry = await change.read(db);
  const declared = change.declare(registry);
  const registered = { ...registry, schedules: await schedulesOf(declared, registry) };
  const { plan, problems } = makePlan(declared, registered, change);
  const found = withoutSame([...(change.problems ?? []), ...problems]);
  const asked = await orKnown(found, change.title, async () => others(plan, declared));
  refuse([...found, ...asked], change.title);
  const ending = new Set([...endingRelations(plan, registered).values()].flat());
  const ready = await countReady(db, [...ending]);
  return { plan: withReady(plan, registered, ready), declared, registered, wake: dataflowsToWake(plan, registered) };
}

/** A cycle among what is declared alone is found by whoever looks at all relations, too. */
function withoutSame(problems: readonly DeclarationProblem[]): DeclarationProblem[] {
  const closing = problems.map(({ cycle, path }) => (cycle ? path.join('\n') : undefined));
  return problems.filter((_, at) => closing[at] === undefined || closing.indexOf(closing[at]) === at);
}

export async function readRegistered(db: Queryable): Promise<Registered> {
  return { dataflows: await allDataflows(db), relations: await openRelations(db) };
}

/** What is wrong with the declaration is told with what is wrong with its plan. */
export function declarationChange(declaration: unknown, zoneOrder: readonly string[], options: PlanOptions): Change {
  const { declared, problems } = readDeclaration(declaration, zoneOrder);
  return {
    kind: 'apply',
    title: 'The declaration',
    problems,
    prune: options.prune,
    schedules: true,
    read: readRegistered,
    declare: () => declared,
  };
}
