// `dlc doctor`: what was broken from outside, and its cure.

import type { Command } from 'commander';
import { describeFinding } from '../domain/finding';
import { withTemporal } from './coordinator';
import { count } from './format';
import { JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';

interface Options extends OutputOptions {
  readonly heal?: boolean;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('show what the housekeeper would heal: runs whose workflow is gone, lost wake-ups, expired leases')
    .option('--heal', 'have a worker heal it now')
    .option(...JSON_OPTION)
    .action(async (options: Options) => {
      if (options.heal) {
        const healed = await withTemporal((coordinator) => coordinator.heal());
        print(options, { healed }, lines(healed.map(describeFinding), `Healed ${count(healed.length, 'finding')}.`));
        return;
      }
      const found = await withTemporal((coordinator) => coordinator.examine());
      const looked = `Looked at ${count(found.openRuns, 'open run')} and ${count(found.readySlots, 'slot')} that could start.`;
      const all =
        found.findings.length === 0
          ? 'All is well.'
          : 'dlc doctor --heal heals it now; the housekeeper of a worker does so by itself.';
      print(options, found, lines(found.findings.map(describeFinding), `${looked} ${all}`));
    });
}

const lines = (findings: readonly string[], last: string): string => [...findings, last].join('\n');
