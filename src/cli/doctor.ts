// `dlc doctor`: what was broken from outside, and its cure.

import type { Command } from 'commander';
import { describeFinding, isHealable } from '../domain/finding';
import type { Findings } from '../domain/finding';
import { describeTrouble } from '../domain/trouble';
import { describeUnpolled } from '../domain/unpolled';
import type { UnpolledQueue } from '../domain/unpolled';
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
        const healing = await withTemporal((coordinator) => coordinator.heal());
        const { healed, failed } = healing;
        const rest = failed.length === 0 ? '' : `; ${String(failed.length)} could not be`;
        const told = [...failed.map(describeTrouble), ...healed.map(describeFinding)];
        print(options, healing, lines(told, `Healed ${count(healed.length, 'finding')}${rest}.`));
        return;
      }
      const found = await withTemporal(async (coordinator) => ({
        ...(await coordinator.examine()),
        unpolledTaskQueues: await coordinator.unpolledTaskQueues(),
      }));
      const { findings, failed, unpolledTaskQueues } = found;
      const looked = `Looked at ${count(found.openRuns, 'open run')} and ${count(found.readySlots, 'slot')} that could start.`;
      const told = [
        ...findings.map(describeFinding),
        ...failed.map(describeTrouble),
        ...unpolledTaskQueues.map(describeUnpolled),
      ];
      print(options, found, lines(told, [looked, ...conclusion(found)].join(' ')));
    });
}

type Found = Findings & { readonly unpolledTaskQueues: readonly UnpolledQueue[] };

function conclusion({ findings, failed, unpolledTaskQueues }: Found): string[] {
  if (findings.some(isHealable)) {
    return ['dlc doctor --heal heals it now; the housekeeper of a worker does so by itself.'];
  }
  if (findings.length + failed.length > 0) return ['Nothing here heals by itself.'];
  return unpolledTaskQueues.length > 0 ? ['Start the workers that are missing.'] : ['All is well.'];
}

const lines = (findings: readonly string[], last: string): string => [...findings, last].join('\n');
