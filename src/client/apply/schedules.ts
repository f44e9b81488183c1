// The schedules of a plan: read before it, and written after its transaction, for they are kept by Temporal. What isn't written then is
// written by the next apply, whose plan has it still.

import { ScheduleNotFoundError } from '@temporalio/client';
import { collect } from '../../domain/declaration/problems';
import type { DeclarationProblem } from '../../domain/declaration/problems';
import type { Declared } from '../../domain/declaration/read';
import { InvalidArgumentError, NotFoundError, UnavailableError } from '../../domain/errors';
import type { Plan, PlanAction } from '../../domain/plan/actions';
import type { RegisteredSchedule, RegisteredSchedules } from '../../domain/plan/schedules';
import { compactSchedule, SCHEDULE_PREFIX, scheduleId } from '../../domain/schedule';
import type { ScheduleSpec } from '../../domain/schedule';
import type { Context } from '../context';
import { Schedules } from '../schedules';
import { checkFires } from '../schedules/check-fires';
import { scheduleIds, toSchedule } from '../schedules/describe';
import { toDlcError } from '../temporal-errors';
import type { WakeOptions } from './wake';

const TIMEOUT_MS = 10_000;
const AT_ONCE = 16;

/** Those of the dataflows that declare theirs, if any does. @throws UnavailableError */
export async function readSchedules(context: Context, { dataflows }: Declared): Promise<RegisteredSchedules> {
  const all = new Map<string, RegisteredSchedule[]>(
    dataflows.flatMap(({ key, schedules }): [string, RegisteredSchedule[]][] => (schedules ? [[key, []]] : [])),
  );
  if (all.size === 0) return all;
  const listed = await calling(context, 'listing schedules', () => scheduleIds(context.temporal));
  // A new one is listed a little later than it is there.
  const declared = dataflows.flatMap(({ key, schedules }) =>
    (schedules ?? []).map(({ name }) => scheduleId(key, name)),
  );
  const ids = [...new Set([...listed.filter((id) => all.has(keyOf(id))), ...declared])];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE).map(async (id) => ({ id, found: await read(context, id) }));
    for (const { id, found } of await Promise.all(some)) if (found) all.get(keyOf(id))?.push(found);
  }
  return all;
}

const keyOf = (id: string): string => id.slice(SCHEDULE_PREFIX.length).split('@')[0] ?? '';

function read(context: Context, id: string): Promise<RegisteredSchedule | undefined> {
  return calling(context, `reading schedule ${id}`, async () => {
    try {
      const { name, spec } = toSchedule(await context.temporal.schedule.getHandle(id).describe());
      return { name, spec };
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  });
}

/** All that there are, by their dataflow's key. @throws UnavailableError */
export async function allSchedules(context: Context): Promise<RegisteredSchedules> {
  const all = new Map<string, RegisteredSchedule[]>();
  for (const { dataflow, name, spec } of await new Schedules(context).list()) {
    all.set(dataflow, [...(all.get(dataflow) ?? []), { name, spec }]);
  }
  return all;
}

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
    if (action.action !== 'createSchedule' && action.action !== 'changeSchedule') return [];
    const schedule = byKey.get(action.dataflow)?.find(({ name }) => name === action.name);
    return schedule ? [{ dataflow: action.dataflow, ...schedule }] : [];
  });
}

const STARTS = new Set(['workflowType', 'taskQueue']);

/** Their schedules say what they start: that has changed. */
const restarted = (action: PlanAction): boolean =>
  action.action === 'changeDataflow' && action.fields.some(({ field }) => STARTS.has(field));

const needsTemporal = (action: PlanAction): boolean => restarted(action) || action.action.endsWith('Schedule');

/** Before anything is written: whether what has to follow can. @throws UnavailableError */
export async function checkTemporal(context: Context, { actions }: Plan): Promise<void> {
  if (!actions.some(needsTemporal)) return;
  await calling(context, 'listing schedules', () => context.temporal.connection.ensureConnected());
}

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
      if (action.action === 'deleteSchedule') await remove(schedules, action.dataflow, action.name);
      else if (action.action === 'retireDataflow') await removeAll(schedules, action.dataflow);
      else if (restarted(action) && 'dataflow' in action) await rewrite(schedules, action.dataflow);
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

async function removeAll(schedules: Schedules, dataflow: string): Promise<void> {
  for (const { name } of await schedules.list({ dataflow })) await remove(schedules, dataflow, name);
}

async function rewrite(schedules: Schedules, dataflow: string): Promise<void> {
  for (const { name } of await schedules.list({ dataflow })) await schedules.update(dataflow, {}, { name });
}

async function remove(schedules: Schedules, dataflow: string, name: string): Promise<void> {
  try {
    await schedules.delete(dataflow, { name });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

async function calling<T>({ calls, temporal }: Context, doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, call);
  } catch (error) {
    throw toDlcError(error, doing);
  }
}
