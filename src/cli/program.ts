// The command line as a whole: its commands, its version, and the help that shows the main flow.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addApplyCommand } from './apply';
import { addExportCommands } from './apply/export';
import { addBackfillCommands } from './backfill';
import { addDataflowCommands } from './dataflow';
import { addDoctorCommand } from './doctor';
import { exitStatusHelp } from './exit-status';
import { addMigrateCommand } from './migrate';
import { addOperationsCommand } from './operations';
import { addReadyCommand } from './ready';
import { addRelationCommands } from './relation';
import { addReplayCommands } from './replay';
import { addRunCommands } from './run';
import { addScheduleCommands } from './schedule';
import { addUpCommand } from './up';
import { addWorkerCommand } from './worker';
import { addZoneCommands } from './zone';

const HELP = `
Example:
  $ dlc up                                            everything on this machine; then, in another shell:
  $ dlc dataflow create rz orders                     what reads the raw orders
  $ dlc dataflow create sz orders                     what is made of them
  $ dlc relation create rz:orders sz:orders
  $ dlc run start rz:orders                           prints the run's id
  $ dlc run finish RUN_ID --status success --record-count 103
  $ dlc ready sz:orders                               what sz:orders can consume now
  $ dlc run start sz:orders                           consumes it

A dataflow is named by its key (zone:model[:modelKey[:modelSecKey]]) or its id. Every command takes --json:
stdout is then one JSON document, errors included: {"error":{"code","message","details"}}.

Settings:
  DLC_MYSQL_URL   mysql://user:password@host:port/database
  DLC_TASK_QUEUE  the task queue of the worker (dlc)
  TEMPORAL_*      TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_PROFILE, TLS …, as Temporal has them

Exit status:
${exitStatusHelp()}
`;

export function createProgram({ json }: { json: boolean }): Command {
  const program = new Command('dlc')
    .description('Data-aware scheduling and exact run-level lineage for Temporal')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureOutput({ writeErr: (text) => (json ? undefined : process.stderr.write(text)) })
    .showHelpAfterError('Try --help.')
    .addHelpText('after', HELP);
  addUpCommand(program);
  addMigrateCommand(program);
  addWorkerCommand(program);
  addApplyCommand(program);
  addExportCommands(program);
  addDataflowCommands(program);
  addRelationCommands(program);
  addRunCommands(program);
  addReplayCommands(program);
  addReadyCommand(program);
  addZoneCommands(program);
  addOperationsCommand(program);
  addDoctorCommand(program);
  addScheduleCommands(program);
  addBackfillCommands(program);
  addMisplaced(program);
  return program;
}

/** Commands of `dlc run` that somebody writes without it. */
function addMisplaced(program: Command): void {
  const known = new Set(program.commands.map((command) => command.name()));
  const run = program.commands.find((command) => command.name() === 'run')?.commands ?? [];
  for (const name of run.map((command) => command.name()).filter((each) => !known.has(each))) {
    program
      .command(`${name} [arguments...]`, { hidden: true })
      .allowUnknownOption()
      .action(() => program.error(`error: unknown command '${name}' (did you mean dlc run ${name}?)`));
  }
}

function version(): string {
  const file = join(__dirname, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
