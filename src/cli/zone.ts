// `dlc zone list`: the zones, and which of them are paused.

import type { Command } from 'commander';
import type { Zone } from '../domain/zone';
import { withCoordinator } from './coordinator';
import { addZoneStateCommands } from './dataflow-state';
import { table } from './format';
import { JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';

export function addZoneCommands(program: Command): void {
  const zone = program.command('zone').description('pause, resume and show whole zones');
  addZoneStateCommands(zone);
  zone
    .command('list')
    .description('list the zones that have dataflows, with who paused them and why')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions) => {
      const all = await withCoordinator((coordinator) => coordinator.listZones());
      print(options, all, tableOf(all));
    });
}

function tableOf(zones: readonly Zone[]): string {
  const rows = zones.map(({ zone, dataflows, pausedDataflows, pause }) => [
    zone,
    pause ? 'paused' : 'enabled',
    dataflows,
    pausedDataflows,
    pause?.since,
    pause?.by,
    pause?.reason,
  ]);
  return table(['zone', 'status', 'dataflows', 'paused themselves', 'since', 'by', 'reason'], rows);
}
