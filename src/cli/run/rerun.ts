// `dlc run retry` and `dlc run replay`: a run once more, on the sources that it consumed.

import type { Command } from 'commander';
import { withTemporal } from '../coordinator';
import { count } from '../format';
import { JSON_OPTION, seconds } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { sourceTable } from '../source-table';
import { addWho, whoOf } from '../who';
import type { WhoOptions } from '../who';

interface Options extends OutputOptions, WhoOptions {
  readonly timeout?: number;
}

export function addRerunCommands(run: Command): void {
  add(run, 'retry', 'run a failed run once more, on the sources that it holds');
  add(run, 'replay', 'run a run that succeeded once more, on the sources that it consumed');
}

function add(run: Command, name: 'retry' | 'replay', description: string): void {
  addWho(run.command(name).description(description).argument('<run-id>'))
    .option('--timeout <seconds>', "how long to wait for a worker's answer (default: 30)", seconds)
    .option(...JSON_OPTION)
    .action(async (runId: string, options: Options) => {
      const rest = { ...whoOf(options), ...(options.timeout !== undefined && { timeoutMs: options.timeout }) };
      const started = await withTemporal((coordinator) =>
        name === 'retry' ? coordinator.retryDataflowRun(runId, rest) : coordinator.replayDataflowRun(runId, rest),
      );
      const { dataflowQueueList: sources } = started;
      const what = `Run ${started.runId} is the ${name} of run ${runId}, and consumes ${count(started.sourceCount, 'source run')}`;
      print(options, started, sources.length > 0 ? `${what}:\n\n${sourceTable(sources)}` : `${what}.`);
    });
}
