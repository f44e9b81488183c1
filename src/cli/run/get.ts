// `dlc run get`: one run, with the source runs that it consumed.

import type { Command } from 'commander';
import { withCoordinator } from '../coordinator';
import { JSON_OPTION } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { sourceTable } from '../source-table';
import { describeRun } from './describe';

export function addGetCommand(run: Command): void {
  run
    .command('get')
    .description('show a run with the source runs that it consumed')
    .argument('<run-id>')
    .option(...JSON_OPTION)
    .action(async (runId: string, options: OutputOptions) => {
      const found = await withCoordinator((coordinator) => coordinator.getDataflowRun(runId));
      const sources = found.dataflowQueueList;
      print(options, found, describeRun(found) + (sources.length > 0 ? `\n\n${sourceTable(sources)}` : ''));
    });
}
