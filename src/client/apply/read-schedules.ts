// The schedules that a plan looks at: Temporal keeps them. A list shows one a little later than it is there, so those that matter are
// asked for by their IDs too.

import { ScheduleNotFoundError } from '@temporalio/client';
import type { Declared } from '../../domain/declaration/read';
import { DlcError } from '../../domain/errors';
import type { Registered } from '../../domain/plan/registered';
import { undeclared } from '../../domain/plan/retire';
import type { RegisteredSchedule, RegisteredSchedules } from '../../domain/plan/schedules';
import { SCHEDULE_PREFIX, scheduleId } from '../../domain/schedule';
import type { Context } from '../context';
import { scheduleIds, startsOf, toSchedule } from '../schedules/describe';
import { toDlcError } from '../temporal-errors';

const TIMEOUT_MS = 10_000;
const AT_ONCE = 16;

/** What says nothing of schedules needs no Temporal: it isn't waited for where it doesn't answer soon. */
const SOON_MS = 1_000;

export interface Looked {
  readonly declared: Declared;
  readonly registered: Registered;
  /** Those of what is pruned, too. */
  readonly prune: boolean;
  /** Without them nothing can be said. */
  readonly needed: boolean;
}

/** Of what is declared. Undefined: Temporal isn't there, and nothing of them is declared. @throws UnavailableError */
export async function readSchedules(context: Context, looked: Looked): Promise<RegisteredSchedules | undefined> {
  if (looked.needed || looked.declared.dataflows.some(({ schedules }) => schedules)) return readAll(context, looked);
  const ask = (): Promise<unknown> => context.temporal.workflowService.getSystemInfo({});
  try {
    await calling(context, 'looking for Temporal', ask, SOON_MS);
    return await readAll(context, looked);
  } catch (error) {
    if (error instanceof DlcError) return undefined;
    throw error;
  }
}

async function readAll(context: Context, looked: Looked): Promise<RegisteredSchedules> {
  const pruned = looked.prune ? undeclared(looked.declared, looked.registered) : [];
  const keys = [...looked.declared.dataflows, ...pruned].map(({ key }) => key);
  const all = new Map<string, RegisteredSchedule[]>(keys.map((key) => [key, []]));
  if (all.size === 0) return all;
  const listed = await calling(context, 'listing schedules', () => scheduleIds(context.temporal));
  const ids = new Set([...listed.filter((id) => all.has(keyOf(id))), ...mayBeUnlisted(looked)]);
  for (const found of await readEach(context, [...ids])) all.get(found.dataflow)?.push(found);
  return all;
}

/** All that there are. @throws UnavailableError */
export async function allSchedules(context: Context): Promise<RegisteredSchedules> {
  const ids = await calling(context, 'listing schedules', () => scheduleIds(context.temporal));
  const all = new Map<string, RegisteredSchedule[]>();
  for (const found of await readEach(context, ids)) {
    all.set(found.dataflow, [...(all.get(found.dataflow) ?? []), found]);
  }
  return all;
}

const keyOf = (id: string): string => id.slice(SCHEDULE_PREFIX.length).split('@')[0] ?? '';

/** What is declared, and the usual ones of dataflows that start something of their own or that end. */
function mayBeUnlisted({ declared, registered, prune }: Looked): string[] {
  const known = new Map(registered.dataflows.map((dataflow) => [dataflow.key, dataflow]));
  const own = declared.dataflows.filter(({ key, options }) =>
    [options, known.get(key)].some((flow) => (flow?.workflowType ?? flow?.taskQueue ?? null) !== null),
  );
  const ending = prune ? undeclared(declared, registered).filter(({ status }) => status !== 'retired') : [];
  return [
    ...declared.dataflows.flatMap(({ key, schedules }) => (schedules ?? []).map(({ name }) => scheduleId(key, name))),
    ...[...own, ...ending].map(({ key }) => scheduleId(key, '')),
  ];
}

type Found = RegisteredSchedule & { readonly dataflow: string };

/** Without those that aren't there (any more). */
async function readEach(context: Context, ids: readonly string[]): Promise<Found[]> {
  const all: (Found | undefined)[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    all.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => read(context, id)))));
  }
  return all.filter((found) => found !== undefined);
}

function read(context: Context, id: string): Promise<Found | undefined> {
  return calling(context, `reading schedule ${id}`, async () => {
    try {
      const description = await context.temporal.schedule.getHandle(id).describe();
      const { dataflow, name, spec } = toSchedule(description);
      return { dataflow, name, spec, starts: startsOf(description, context.taskQueue) };
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  });
}

export async function calling<T>(
  { calls, temporal }: Context,
  doing: string,
  call: () => Promise<T>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  try {
    return await calls.run(temporal, Date.now() + timeoutMs, doing, call);
  } catch (error) {
    throw toDlcError(error, doing);
  }
}
