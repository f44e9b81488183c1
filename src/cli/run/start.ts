// `dlc run start`: opens a run, which claims what its sources have ready.

import type { Command } from 'commander';
import type { ZoneDataFlowCoordinator } from '../../client/coordinator';
import type { StartedRun } from '../../client/start-run';
import { DEPENDENCY_CHECKS } from '../../domain/rule';
import type { DependencyCheck, RuleInput } from '../../domain/rule';
import { withTemporal } from '../coordinator';
import { count } from '../format';
import { addNoteOptions, collect, JSON_OPTION, notesOf, number, rule, seconds } from '../options';
import type { NoteOptions } from '../options';
import { print, tell } from '../output';
import type { OutputOptions } from '../output';
import { addWaitOptions, policyOf } from '../policy-options';
import type { WaitOptions } from '../policy-options';
import { sourceTable } from '../source-table';
import { addWho, whoOf } from '../who';
import type { WhoOptions } from '../who';
import { nextStep, waits } from './standing';

interface Options extends OutputOptions, NoteOptions, WaitOptions, WhoOptions {
  readonly partition?: string;
  readonly dependencyCheck?: DependencyCheck | Exclude<RuleInput, string>;
  readonly source?: string[];
  readonly wait?: boolean;
  readonly untilStarted?: boolean;
  readonly priority?: number;
  readonly heartbeatTimeout?: string;
  readonly timeout?: number;
}

export function addStartCommand(run: Command): void {
  const command = run
    .command('start')
    .description('start a run; it claims the source runs that are ready')
    .argument('<dataflow>', 'its key or id')
    .option('--partition <key>', 'the partition that it will write, for example import_date=2019-01-01')
    .option(
      '--dependency-check <rule>',
      `instead of the dataflow's own rule: ${DEPENDENCY_CHECKS.join(', ')}, or a nested rule as JSON`,
      rule(DEPENDENCY_CHECKS),
    )
    .option('--source <name>', 'for sourceIds a key or id, for sourceRunIds a run; repeatable', collect)
    .option('--wait', "leave a waiting run if the sources aren't ready, instead of refusing")
    .option('--until-started', 'as --wait, and return only once the run has started (within an hour, or --timeout)')
    .option('--priority <number>', 'among partitions that wait for a place: the highest goes first', number)
    .option('--heartbeat-timeout <duration>', 'its external job promises a heartbeat within this time, again and again')
    .option('--timeout <seconds>', "how long to wait for a worker's answer (default: 30)", seconds);
  addNoteOptions(addWaitOptions(addWho(command)))
    .option(...JSON_OPTION)
    .action(start);
}

async function start(dataflow: string, options: Options): Promise<void> {
  const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout };
  const policy = policyOf(options);
  const { started, text, next } = await withTemporal(async (coordinator) => {
    const opened = await coordinator.startDataflowRunWithId(dataflow, {
      ...notesOf(options),
      partitionKey: options.partition,
      dependencyCheck: options.dependencyCheck,
      specificSources: options.source,
      wait: options.wait ?? options.untilStarted,
      ...whoOf(options),
      ...policy,
      priority: options.priority,
      heartbeatTimeout: options.heartbeatTimeout,
      ...timeout,
    });
    if (!options.untilStarted || opened.state !== 'waiting') return told(coordinator, opened, options);
    if (!options.json) tell(await describe(coordinator, opened));
    return told(coordinator, await untilStarted(coordinator, opened, timeout), options);
  });
  print(options, started, text);
  if (next !== undefined) tell(`\n${next}`);
}

interface Told {
  readonly started: StartedRun;
  readonly text: string;
  readonly next?: string | undefined;
}

/** With what people read, which takes another look. */
async function told(coordinator: ZoneDataFlowCoordinator, started: StartedRun, { json }: OutputOptions): Promise<Told> {
  if (json) return { started, text: '' };
  const text = await describe(coordinator, started);
  return started.state === 'started'
    ? { started, text, next: await nextStep(coordinator, started) }
    : { started, text };
}

async function untilStarted(
  coordinator: ZoneDataFlowCoordinator,
  opened: StartedRun,
  timeout: { timeoutMs?: number },
): Promise<StartedRun> {
  await coordinator.waitForDataflowRunStart(opened.runId, timeout);
  const { state, dataflowQueueList } = await coordinator.getDataflowRun(opened.runId);
  return { ...opened, state, dataflowQueueList, sourceCount: dataflowQueueList.length };
}

async function describe(coordinator: ZoneDataFlowCoordinator, run: StartedRun): Promise<string> {
  const partition = run.partitionKey ? ` (${run.partitionKey})` : '';
  const head = `Run ${run.runId} of ${run.dataflow}${partition}`;
  if (run.state === 'waiting') return `${head} ${await waits(coordinator, run)}.`;
  if (run.dataflowQueueList.length === 0) return `${head} is ${run.state}.`;
  return `${head} is ${run.state} and consumes ${count(run.sourceCount, 'source run')}:\n\n${sourceTable(run.dataflowQueueList)}`;
}
