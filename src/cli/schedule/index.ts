// `dlc schedule`: runs dataflows by the clock.

import type { Command } from 'commander';
import type { Schedule } from '../../client/schedules';
import type { ZoneDataFlowCoordinator } from '../../client/coordinator';
import { withTemporal } from '../coordinator';
import { count, facts, table } from '../format';
import { choice, JSON_OPTION } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { addSpecOptions, specChangeOf, specOf } from './options';
import type { SpecOptions } from './options';

interface Named extends OutputOptions {
  readonly name?: string;
}

interface Told extends Named {
  readonly by?: string;
  readonly reason?: string;
}

interface CreateOptions extends Told, SpecOptions {
  readonly paused?: boolean;
  readonly ifExists?: 'error' | 'replace';
}

export function addScheduleCommands(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('run dataflows by the clock: each time opens a run that waits for its sources');
  const named = (name: string, description: string): Command =>
    schedule
      .command(name)
      .description(description)
      .argument('<dataflow>', 'its key or id')
      .option('--name <name>', 'which of its schedules (default: its usual one, without a name)');
  const told = (command: Command, reason: string): Command =>
    command.option('--by <name>', 'who does it (default: your user)').option('--reason <text>', reason);

  addSpecOptions(told(named('create', 'create a schedule'), 'what it is for; kept as its note'))
    .option('--paused', 'create it paused')
    .addOption(
      choice('--if-exists <what>', 'refuse one that exists, or replace its times and options', ['error', 'replace']),
    )
    .option(...JSON_OPTION)
    .action(async (dataflow: string, options: CreateOptions) => {
      const { name, by, reason, paused, ifExists } = options;
      const spec = specOf(options);
      const created = await withTemporal(({ schedules }) =>
        schedules.create(dataflow, spec, { name, by, reason, paused, ifExists }),
      );
      print(options, created, describe(created));
    });
  addSpecOptions(named('update', "change a schedule; what isn't given stays, and an empty text takes it out"))
    .option(...JSON_OPTION)
    .action(async (dataflow: string, options: Named & SpecOptions) => {
      const { name } = options;
      const changes = specChangeOf(options);
      const updated = await withTemporal(({ schedules }) => schedules.update(dataflow, changes, { name }));
      print(options, updated, describe(updated));
    });
  named('get', 'show a schedule, with its next times')
    .option(...JSON_OPTION)
    .action(show((coordinator, dataflow, { name }) => coordinator.schedules.get(dataflow, { name })));
  told(named('pause', 'leave its times out until it is resumed'), 'why; kept as its note')
    .option(...JSON_OPTION)
    .action(show(({ schedules }, dataflow, { name, by, reason }) => schedules.pause(dataflow, { name, by, reason })));
  told(named('resume', 'let it fire again'), 'why; kept as its note')
    .option(...JSON_OPTION)
    .action(show(({ schedules }, dataflow, { name, by, reason }) => schedules.resume(dataflow, { name, by, reason })));
  named('trigger', 'fire it now')
    .option(...JSON_OPTION)
    .action(trigger);
  named('delete', 'delete it; runs that it has started go on')
    .option(...JSON_OPTION)
    .action(async (dataflow: string, options: Named) => {
      const { name = '' } = options;
      await withTemporal(({ schedules }) => schedules.delete(dataflow, { name }));
      print(options, { deleted: true, dataflow, name }, 'The schedule is deleted.');
    });
  schedule
    .command('list')
    .description('list schedules, with their next times')
    .argument('[dataflow]', 'of this dataflow (its key or id) only')
    .option(...JSON_OPTION)
    .action(async (dataflow: string | undefined, options: OutputOptions) => {
      const all = await withTemporal(({ schedules }) => schedules.list({ dataflow }));
      const rows = all.map((one) => [one.dataflow, one.name, when(one), state(one), next(one), one.spec.partition]);
      print(options, all, table(['dataflow', 'name', 'when', 'state', 'next', 'partition'], rows));
    });
}

function show(
  ask: (coordinator: ZoneDataFlowCoordinator, dataflow: string, options: Told) => Promise<Schedule>,
): (dataflow: string, options: Told) => Promise<void> {
  return async (dataflow, options) => {
    const found = await withTemporal((coordinator) => ask(coordinator, dataflow, options));
    print(options, found, describe(found));
  };
}

async function trigger(dataflow: string, options: Named): Promise<void> {
  const { name } = options;
  const started = await withTemporal(({ schedules }) => schedules.trigger(dataflow, { name }));
  const text = started
    ? `It started workflow ${started.workflowId}. Its run, if the slot is free: dlc run list --dataflow ${dataflow}`
    : 'It was told to fire, and has not started anything yet: an execution before it may still be open.';
  print(options, { started }, text);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);

/** `0 6 * * *, every 1 hour` */
function when({ spec: { cron, interval, calendar } }: Schedule): string {
  const intervals = (list(interval) as { every: string; offset?: string | null }[]).map(
    ({ every, offset }) => `every ${every}${offset ? ` + ${offset}` : ''}`,
  );
  return [...list(cron), ...intervals, ...list(calendar).map((one) => JSON.stringify(one))].join(', ');
}

const state = ({ paused, nextTimes }: Schedule): string =>
  paused ? 'paused' : nextTimes.length === 0 ? 'over' : 'active';

const next = ({ nextTimes: [first] }: Schedule): Date | undefined =>
  first === undefined ? undefined : new Date(first);

function describe(schedule: Schedule): string {
  const { spec, counts, recent } = schedule;
  const shown = facts({
    dataflow: schedule.dataflow,
    name: schedule.name,
    when: when(schedule),
    'left out': list(spec.skip)
      .map((one) => JSON.stringify(one))
      .join(', '),
    'time zone': spec.timeZone ?? 'UTC',
    from: spec.startAt?.toString(),
    to: spec.endAt?.toString(),
    jitter: spec.jitter,
    overlap: spec.overlap,
    'catch-up window': spec.catchUpWindow,
    'pause on failure': spec.pauseOnFailure ? 'yes' : null,
    partition: spec.partition,
    rule: spec.dependencyCheck && JSON.stringify(spec.dependencyCheck),
    priority: spec.priority,
    deadline: spec.deadline && JSON.stringify(spec.deadline),
    'start by': spec.startBy,
    state: state(schedule),
    note: schedule.note,
    started: count(counts.started, 'time'),
    'left out while open': counts.skipped || undefined,
    missed: counts.missed || undefined,
  });
  const times = schedule.nextTimes.slice(0, 5).map((time) => [new Date(time)]);
  const last = recent.at(-1);
  return [
    shown,
    ...(times.length > 0 ? [table(['next times'], times)] : []),
    ...(last ? [facts({ 'last started': new Date(last.startedAt), workflow: last.workflowId })] : []),
  ].join('\n\n');
}
