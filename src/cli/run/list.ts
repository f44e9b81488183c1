// `dlc run list`: runs, newest first.

import type { Command } from 'commander';
import type { Run } from '../../domain/model';
import { RUN_STATES } from '../../domain/run-state';
import type { RunState } from '../../domain/run-state';
import { withCoordinator } from '../coordinator';
import { table } from '../format';
import { choice, JSON_OPTION, positiveInteger } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';

interface Options extends OutputOptions {
  readonly dataflow?: string;
  readonly state?: RunState;
  readonly open?: boolean;
  readonly partition?: string;
  readonly limit?: number;
}

export function addListCommand(run: Command): void {
  run
    .command('list')
    .description('list runs, newest first')
    .option('--dataflow <dataflow>', 'of this dataflow (its key or id) only')
    .addOption(choice('--state <state>', 'in this state only', RUN_STATES))
    .option('--open', 'those that wait or have started only')
    .option('--partition <key>', 'of this partition only')
    .option('--limit <number>', 'this many at most (default: 100)', positiveInteger)
    .option(...JSON_OPTION)
    .action(list);
}

async function list(options: Options): Promise<void> {
  const { dataflow, state, open, partition, limit } = options;
  const runs = await withCoordinator((coordinator) =>
    coordinator.listDataflowRuns({
      ...(dataflow !== undefined && { dataflow }),
      state,
      open,
      partitionKey: partition,
      limit,
    }),
  );
  const rows = runs.map((run) => [
    run.runId,
    run.dataflow,
    run.partitionKey,
    run.state,
    run.waitingFor,
    notesOf(run),
    run.openedAt,
    run.endedAt,
    run.recordCount,
    run.batchRunId,
  ]);
  print(
    options,
    runs,
    table(['run', 'dataflow', 'partition', 'state', 'waits for', 'notes', 'opened', 'ended', 'records', 'batch'], rows),
  );
}

/** `late, retry` */
const notesOf = ({ lateAt, cause }: Run): string => [...(lateAt ? ['late'] : []), ...(cause ? [cause] : [])].join(', ');
