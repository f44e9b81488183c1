// `dlc backfill`: runs a range of partitions, so many at once.

import type { Command } from 'commander';
import type { Backfill } from '../client/backfills';
import { BACKFILL_RERUNS, doneOf, DOWNSTREAMS, showCounts } from '../domain/backfill';
import type { BackfillRerun, Downstream } from '../domain/backfill';
import { UnavailableError } from '../domain/errors';
import type { Deadline } from '../domain/start';
import type { ScheduleInput } from '../domain/schedule';
import { withTemporal } from './coordinator';
import { IncompleteError } from './exit-status';
import { facts, table } from './format';
import { choice, JSON_OPTION, number, positiveInteger, rule, seconds } from './options';
import { print, tell } from './output';
import type { OutputOptions } from './output';
import { deadlineOf } from './policy-options';
import { addBy, addWho, byOf, whoOf } from './who';
import type { ByOptions, WhoOptions } from './who';

interface StartOptions extends OutputOptions, WhoOptions {
  readonly from: string;
  readonly to: string;
  readonly partition?: string;
  readonly limit?: number;
  readonly downstream?: Downstream;
  readonly rerun?: BackfillRerun;
  readonly wait?: boolean;
  readonly dependencyCheck?: ScheduleInput['dependencyCheck'];
  readonly priority?: number;
  readonly deadline?: string;
  readonly deadlineAction?: Deadline['action'];
  readonly untilEnded?: boolean;
  readonly timeout?: number;
}

export function addBackfillCommands(program: Command): void {
  const backfill = program.command('backfill').description('run a range of partitions, so many at once');
  const command = backfill
    .command('start')
    .description('start a backfill; it goes on by itself')
    .argument('<dataflow>', 'its key or id')
    .requiredOption('--from <period>', 'the first one: 2019-01-01, or 2019-01 for all days of that month')
    .requiredOption('--to <period>', 'the last one')
    .option('--partition <template>', 'how its partitions are named (default, by --from: date={day}, hour={hour} …)')
    .option('--limit <number>', 'runs at once (default: 4)', positiveInteger)
    .addOption(
      choice(
        '--downstream <how>',
        'its targets see what it wrote at once, all together when it has ended, or never (default: normal)',
        DOWNSTREAMS,
      ),
    )
    .addOption(
      choice(
        '--rerun <which>',
        'partitions that never succeeded, those too whose newest run failed, or all (default: missing)',
        BACKFILL_RERUNS,
      ),
    )
    .option('--wait', 'its runs wait for their sources, instead of being left out')
    .option(
      '--dependency-check <rule>',
      "instead of the dataflow's own rule: all, any, ignore, or a nested rule as JSON",
      rule(['all', 'any', 'ignore']),
    )
    .option('--priority <number>', 'among slots that wait for a place, the highest goes first', number)
    .option('--deadline <duration>', 'what has not started by then, since the run opened, expires')
    .addOption(choice('--deadline-action <action>', '… or starts with what is there', ['expire', 'start']))
    .option('--until-ended', 'return only once it has ended (within an hour, or --timeout)')
    .option('--timeout <seconds>', 'how long to wait for a worker (default: 30), or for the end', seconds);
  addWho(command)
    .option(...JSON_OPTION)
    .action(start);
  backfill
    .command('get')
    .description('show how far a backfill is, or what came of it')
    .argument('<backfill-id>')
    .option(...JSON_OPTION)
    .action(async (id: string, options: OutputOptions) => {
      const found = await withTemporal(({ backfills }) => backfills.get(id));
      print(options, found, describe(found));
    });
  backfill
    .command('list')
    .description('list backfills, newest first')
    .argument('[dataflow]', 'of this dataflow (its key or id) only')
    .option('--limit <number>', 'this many at most (default: 100)', positiveInteger)
    .option(...JSON_OPTION)
    .action(async (dataflow: string | undefined, options: OutputOptions & { readonly limit?: number }) => {
      const all = await withTemporal(({ backfills }) => backfills.list({ dataflow, limit: options.limit }));
      const rows = all.map((one) => [one.backfillId, one.dataflow, rangeOf(one), one.state, progressOf(one), one.by]);
      print(options, all, table(['backfill', 'dataflow', 'range', 'state', 'partitions', 'by'], rows));
    });
  addBy(backfill.command('cancel').description('stop a backfill, and cancel what it runs').argument('<backfill-id>'))
    .option('--timeout <seconds>', 'how long to wait for its end (default: 10)', seconds)
    .option(...JSON_OPTION)
    .action(async (id: string, options: OutputOptions & ByOptions & { readonly timeout?: number }) => {
      const { timeout } = options;
      const found = await withTemporal(({ backfills }) =>
        backfills.cancel(id, { ...byOf(options), timeoutMs: timeout }),
      );
      if (found.state === 'running') throw stillCancels(found);
      print(options, found, describe(found));
    });
}

async function start(dataflow: string, options: StartOptions): Promise<void> {
  const { from, to, partition, limit, downstream, rerun, wait, dependencyCheck, priority } = options;
  const { timeout } = options;
  const deadline = deadlineOf(options);
  const waiting = timeout === undefined ? {} : { timeoutMs: timeout };
  const found = await withTemporal(async ({ backfills }) => {
    const started = await backfills.start(dataflow, {
      ...{ from, to, partition, limit, downstream, rerun, wait, dependencyCheck, priority, deadline },
      ...whoOf(options),
      ...(!options.untilEnded && waiting),
    });
    if (!options.untilEnded) return started;
    if (!options.json) tell(describe(started));
    const ended = await backfills.wait(started.backfillId, waiting);
    if (ended.state === 'running') throw stillRuns(ended);
    return ended;
  });
  print(options, found, describe(found));
  if (!options.json && found.state === 'running') tell(`\nSee how far it is: dlc backfill get ${found.backfillId}`);
  if (options.untilEnded && !isComplete(found)) throw new IncompleteError('Not all of it has succeeded.');
}

const stillRuns = ({ backfillId, dataflow }: Backfill): UnavailableError =>
  new UnavailableError(
    `The backfill of ${dataflow} still runs when the time is over, and goes on. See how far it is: dlc backfill get ${backfillId}`,
    { backfillId },
  );

/** The jobs of its runs may take long to stop. */
const stillCancels = ({ backfillId, dataflow, state }: Backfill): UnavailableError =>
  new UnavailableError(
    `The backfill of ${dataflow} was told to stop, and is still ${state}. Check that a worker runs and that the jobs of its runs heartbeat; look again with dlc backfill get ${backfillId}.`,
    { backfillId, state },
  );

/** Whatever was asked of it is there: made by it, or by another run before. */
const isComplete = ({ state, progress }: Backfill): boolean =>
  state === 'ended' &&
  progress !== null &&
  progress.stopped === null &&
  progress.counts.success + progress.counts.skipped === progress.partitions;

const rangeOf = ({ request: { from, to } }: Backfill): string => `${from} … ${to}`;

const progressOf = ({ progress }: Backfill): string | null =>
  progress && `${String(doneOf(progress))} of ${String(progress.partitions)}`;

function describe(backfill: Backfill): string {
  const { request, progress } = backfill;
  const shown = facts({
    backfill: backfill.backfillId,
    dataflow: backfill.dataflow,
    range: rangeOf(backfill),
    'runs at once': request.limit,
    downstream: request.downstream,
    rerun: request.rerun,
    state: backfill.state,
    partitions: progressOf(backfill),
    outcomes: progress && showCounts(progress),
    stopped: progress?.stopped,
    by: backfill.by,
    reason: backfill.reason,
    started: backfill.startedAt,
    ended: backfill.endedAt,
  });
  if (!progress || progress.failures.length === 0) return shown;
  const rows = progress.failures.map(({ partitionKey, outcome, message }) => [partitionKey, outcome, message]);
  return `${shown}\n\n${table(['partition', 'outcome', 'why'], rows)}`;
}
