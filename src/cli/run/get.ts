// `dlc run get`: one run, with the source runs that it consumed, and what happened to it.

import type { Command } from 'commander';
import { askedFor, happened } from '../../domain/run-events';
import type { RunEventRecord } from '../../domain/run-events';
import { withCoordinator } from '../coordinator';
import { table } from '../format';
import { JSON_OPTION } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { sourceTable } from '../source-table';
import { describeRun } from './describe';

export function addGetCommand(run: Command): void {
  run
    .command('get')
    .description('show a run with the source runs that it consumed, and what people did to it')
    .argument('<run-id>')
    .option(...JSON_OPTION)
    .action(async (runId: string, options: OutputOptions) => {
      const found = await withCoordinator((coordinator) => coordinator.getDataflowRun(runId));
      const sources = found.dataflowQueueList;
      const events = happened(found.events);
      const tables = [
        ...(sources.length > 0 ? [sourceTable(sources)] : []),
        ...(events.length > 0 ? [eventTable(events)] : []),
      ];
      print(options, found, [describeRun(found, askedFor(found.events)), ...tables].join('\n\n'));
    });
}

function eventTable(events: readonly RunEventRecord[]): string {
  const rows = events.map(({ at, event, detail, by, reason }) => [
    at,
    event,
    typeof detail['as'] === 'string' ? detail['as'] : null,
    by,
    reason,
  ]);
  return table(['at', 'event', 'as run', 'by', 'reason'], rows);
}
