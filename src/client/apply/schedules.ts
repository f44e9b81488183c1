// The schedules of a plan, written after its transaction, for they are kept by Temporal. What isn't written then is written by the next
// apply, whose plan has it still.

import { collect } from '../../domain/declaration/problems';
import type { DeclarationProblem } from '../../domain/declaration/problems';
import type { Declared } from '../../domain/declaration/read';
import { InvalidArgumentError, NotFoundError, UnavailableError } from '../../domain/errors';
import type { Plan, PlanAction } from '../../domain/plan/actions';
import { onlyStarts, someStart } from '../../domain/plan/schedules';
import { compactSchedule } from '../../domain/schedule';
import type { ScheduleSpec } from '../../domain/schedule';
import type { Context } from '../context';
import { Schedules } from '../schedules';
import { checkFires } from '../schedules/check-fires';
import { calling } from './read-schedules';
import type { WakeOptions } from './wake';

/** What would never fire: only the server can say. */
export async function scheduleProblems(
  context: Context,
  plan: Plan,
  declared: Declared,
): Promise<DeclarationProblem[]> {
  const problems: DeclarationProblem[] = [];
  for (const { spec, path } of written(plan, declared)) {
    try {
      await calling(context, 'asking when a schedule fires', () => checkFires(context.temporal, spec));
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      collect(problems, path, () => refuse(error), true);
    }
  }
  return problems;
}

const refuse = (error: InvalidArgumentError): never => {
  throw error;
};

interface Written {
  readonly dataflow: string;
  readonly name: string;
  readonly spec: ScheduleSpec;
  readonly path: readonly string[];
}

function written({ actions }: Plan, { dataflows }: Declared): Written[] {
  const byKey = new Map(dataflows.map(({ key, schedules }) => [key, schedules ?? []]));
  return actions.flatMap((action) => {
    if ((action.action !== 'createSchedule' && action.action !== 'changeSchedule') || follows(action)) return [];
    const schedule = byKey.get(action.dataflow)?.find(({ name }) => name === action.name);
    return schedule ? [{ dataflow: action.dataflow, ...schedule }] : [];
  });
}

type ChangeSchedule = Extract<PlanAction, { action: 'changeSchedule' }>;

/** It stays what it is, and starts what its dataflow has become. */
const follows = (action: PlanAction): action is ChangeSchedule =>
  action.action === 'changeSchedule' && onlyStarts(action.fields);

/** A schedule says what its dataflow starts: that has changed. */
export const restarts = (action: PlanAction): boolean => action.action === 'changeDataflow' && someStart(action.fields);

/** After the commit. @throws UnavailableError: the registry is what it is to be, the schedules aren't all. */
export async function writeSchedules(
  context: Context,
  plan: Plan,
  declared: Declared,
  { by, reason }: WakeOptions,
): Promise<void> {
  const schedules = new Schedules(context);
  try {
    for (const { dataflow, name, spec } of written(plan, declared)) {
      await schedules.create(dataflow, compactSchedule(spec), {
        name,
        by,
        reason: reason ?? undefined,
        ifExists: 'replace',
      });
    }
    for (const action of plan.actions) {
      if (action.action === 'deleteSchedule') await ifThere(schedules.delete(action.dataflow, action));
      else if (follows(action)) await ifThere(schedules.follow(action.dataflow, action));
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnavailableError(
      `The dataflows and their sources are applied; their schedules aren't all (${why}). Apply once more.`,
      {},
      { cause: error },
    );
  }
}

async function ifThere(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
