// `dlc run finish`: ends an external run and hands what it wrote to its targets.

import type { Command } from 'commander';
import { FINISH_STATUSES } from '../../domain/run-state';
import type { FinishStatus } from '../../domain/run-state';
import { withTemporal } from '../coordinator';
import { addNoteOptions, choice, JSON_OPTION, notesOf, number, seconds } from '../options';
import type { NoteOptions } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';

interface Options extends OutputOptions, NoteOptions {
  readonly status: FinishStatus;
  readonly recordCount?: number;
  readonly batchRunId?: string;
  readonly partition?: string;
  readonly message?: string;
  readonly timeout?: number;
}

export function addFinishCommand(run: Command): void {
  const command = run
    .command('finish')
    .description('end a run whose job is external; the same finish twice is fine')
    .argument('<run-id>')
    .addOption(choice('--status <status>', 'how it ended', FINISH_STATUSES).makeOptionMandatory())
    .option('--record-count <rows>', 'rows written', number)
    .option('--batch-run-id <text>', "the ETL process's own name for this batch")
    .option('--partition <key>', 'the partition that was written, for example import_date=2019-01-01')
    .option('--message <text>', 'what there is to say about it')
    .option('--timeout <seconds>', "how long to wait for a worker's answer (default: 30)", seconds);
  addNoteOptions(command)
    .option(...JSON_OPTION)
    .action(finish);
}

async function finish(runId: string, options: Options): Promise<void> {
  const info = await withTemporal((coordinator) =>
    coordinator.finishDataflowRun(options.status, runId, {
      ...notesOf(options),
      recordCount: options.recordCount,
      dataflowBatchRunId: options.batchRunId,
      dataflowPartitionKey: options.partition,
      message: options.message,
      ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    }),
  );
  print(options, info, `Run ${info.runId} ended: ${info.state}.`);
}
