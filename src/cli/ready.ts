// `dlc ready`: what a target can consume now.

import type { Command } from 'commander';
import { withCoordinator } from './coordinator';
import { JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';
import { sourceTable } from './source-table';

export function addReadyCommand(program: Command): void {
  program
    .command('ready')
    .description('the finished source runs that a dataflow can consume now, oldest first')
    .argument('<dataflow>', 'its key or id')
    .option(...JSON_OPTION)
    .action(async (name: string, options: OutputOptions) => {
      const rows = await withCoordinator((coordinator) => coordinator.fetchReadyDataflowSourceByTargetId(name));
      print(options, rows, sourceTable(rows));
    });
}
