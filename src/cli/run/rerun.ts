// `dlc run retry` and `dlc run replay`: a run once more, on the sources that it consumed.

import type { Command } from 'commander';
import type { OperateOptions } from '../../client/operate';
import { withTemporal } from '../coordinator';
import { count, table } from '../format';
import { JSON_OPTION, seconds } from '../options';
import { print, tell } from '../output';
import type { OutputOptions } from '../output';
import { sourceTable } from '../source-table';
import { addWho, whoOf } from '../who';
import type { WhoOptions } from '../who';

interface Options extends OutputOptions, WhoOptions {
  readonly downstream?: boolean;
  readonly timeout?: number;
}

export function addRerunCommands(run: Command): void {
  add(run, 'retry', 'run a failed run once more, on the sources that it holds');
  add(run, 'replay', 'run a run that succeeded once more, on the sources that it consumed');
}

function add(run: Command, name: 'retry' | 'replay', description: string): void {
  const command = run.command(name).description(description).argument('<run-id>');
  if (name === 'replay') command.option('--downstream', 'and then, in order, every run that consumed it, and so on');
  addWho(command)
    .option('--timeout <seconds>', "how long to wait for a worker's answer (default: 30)", seconds)
    .option(...JSON_OPTION)
    .action(async (runId: string, options: Options) => {
      const rest = { ...whoOf(options), ...(options.timeout !== undefined && { timeoutMs: options.timeout }) };
      if (options.downstream) return downstream(runId, options, rest);
      const started = await withTemporal((coordinator) =>
        name === 'retry' ? coordinator.retryDataflowRun(runId, rest) : coordinator.replayDataflowRun(runId, rest),
      );
      const { dataflowQueueList: sources } = started;
      const what = `Run ${started.runId} is the ${name} of run ${runId}, and consumes ${count(started.sourceCount, 'source run')}`;
      print(options, started, sources.length > 0 ? `${what}:\n\n${sourceTable(sources)}` : `${what}.`);
    });
}

async function downstream(runId: string, options: Options, rest: OperateOptions): Promise<void> {
  const replay = await withTemporal((coordinator) => coordinator.replayDownstream(runId, rest));
  const rows = replay.steps.map(({ dataflow, partitionKey, runId: of }) => [dataflow, partitionKey, of]);
  const what = `Replays ${count(replay.steps.length, 'run')}, in this order (workflow ${replay.workflowId}):`;
  print(options, replay, `${what}\n\n${table(['dataflow', 'partition', 'replay of run'], rows)}`);
  if (!options.json) tell(`\nSee how far it is: dlc replay get ${replay.replayId}`);
}
