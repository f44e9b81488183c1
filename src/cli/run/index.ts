// `dlc run`: starts, ends and shows runs.

import type { Command } from 'commander';
import { addCancelCommand } from './cancel';
import { addFinishCommand } from './finish';
import { addGetCommand } from './get';
import { addListCommand } from './list';
import { addRepairCommands } from './repair';
import { addRerunCommands } from './rerun';
import { addStartCommand } from './start';
import { addWhyCommand } from './why';

export function addRunCommands(program: Command): void {
  const run = program.command('run').description('start, end, repair and show runs');
  addStartCommand(run);
  addFinishCommand(run);
  addGetCommand(run);
  addListCommand(run);
  addCancelCommand(run);
  addWhyCommand(run);
  addRerunCommands(run);
  addRepairCommands(run);
}
