// `dlc replay`: how a run's replay with everything downstream stands; `dlc run replay RUN_ID --downstream` starts one.

import type { Command } from 'commander';
import type { ReplayStarted } from '../client/replay';
import { withTemporal } from './coordinator';
import { facts, table } from './format';
import { JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';

export function addReplayCommands(program: Command): void {
  program
    .command('replay')
    .description('show replays that dlc run replay --downstream has started')
    .command('get')
    .description('show how far a replay is, or what came of it')
    .argument('<replay-id>')
    .option(...JSON_OPTION)
    .action(async (id: string, options: OutputOptions) => {
      const found = await withTemporal((coordinator) => coordinator.getReplay(id));
      print(options, found, describe(found));
    });
}

const STATES = ['success', 'running', 'pending', 'failed', 'skipped'] as const;

function describe({ replayId, workflowId, steps }: ReplayStarted): string {
  const counts = STATES.map((state) => [state, steps.filter((step) => step.state === state).length] as const);
  const outcomes = counts.filter(([, number]) => number > 0).map(([state, number]) => `${state} ${String(number)}`);
  const shown = facts({ replay: replayId, workflow: workflowId, runs: steps.length, states: outcomes.join(', ') });
  // A step is there once it is known that all of them can be replayed.
  if (steps.length === 0) return `${shown}\n\nIt has just begun, or was refused.`;
  const rows = steps.map(({ dataflow, partitionKey, state, runId, as, message }) => [
    ...[dataflow, partitionKey, state, runId, as, message],
  ]);
  return `${shown}\n\n${table(['dataflow', 'partition', 'state', 'replay of run', 'as run', 'why'], rows)}`;
}
