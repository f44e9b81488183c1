// `dlc run finish`: ends an external run and hands what it wrote to its targets.

import type { Command } from 'commander';
import type { JsonObject } from '../../domain/json';
import { FINISH_STATUSES } from '../../domain/run-state';
import type { FinishStatus } from '../../domain/run-state';
import { withTemporal } from '../coordinator';
import { addNoteOptions, choice, jsonObject, JSON_OPTION, notesOf, number, seconds } from '../options';
import type { NoteOptions } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';

interface Options extends OutputOptions, NoteOptions {
  readonly status: FinishStatus;
  readonly recordCount?: number;
  readonly batchRunId?: string;
  readonly partition?: string;
  readonly partitions?: JsonObject;
  readonly requestId?: string;
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
    .option(
      '--partitions <json>',
      'several partitions and their rows: {"date=2019-01-01": 103, "date=2019-01-02": null}, or @FILE',
      jsonObject,
    )
    .option('--request-id <text>', 'the same finish sent twice under one id is one, whatever else is in it')
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
      partitions: options.partitions && partitionsOf(options.partitions),
      requestId: options.requestId,
      message: options.message,
      ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    }),
  );
  print(options, info, `Run ${info.runId} ended: ${info.state}.`);
}

/** Whether the counts are numbers, the coordinator says. */
const partitionsOf = (rows: JsonObject): { partitionKey: string; recordCount: number | null }[] =>
  Object.entries(rows).map(([partitionKey, recordCount]) => ({
    partitionKey,
    recordCount: recordCount as number | null,
  }));
