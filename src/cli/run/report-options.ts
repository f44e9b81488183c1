// What there is to say of a run's end, the same for a finish and for a late one that is accepted.

import type { Command } from 'commander';
import type { FinishRequestInput } from '../../domain/finish-request';
import type { JsonObject } from '../../domain/json';
import { addNoteOptions, jsonObject, notesOf, number } from '../options';
import type { NoteOptions } from '../options';

export interface ReportOptions extends NoteOptions {
  readonly recordCount?: number;
  readonly batchRunId?: string;
  readonly partition?: string;
  readonly partitions?: JsonObject;
  readonly message?: string;
}

export function addReportOptions(command: Command): Command {
  command
    .option('--record-count <rows>', 'rows written', number)
    .option('--batch-run-id <text>', "the ETL process's own name for this batch")
    .option('--partition <key>', 'the partition that was written, for example import_date=2019-01-01')
    .option(
      '--partitions <json>',
      'several partitions and their rows: {"date=2019-01-01": 103, "date=2019-01-02": null}, or @FILE',
      jsonObject,
    )
    .option('--message <text>', 'what there is to say about it');
  return addNoteOptions(command);
}

export function reportOf(options: ReportOptions): Omit<FinishRequestInput, 'status' | 'runId' | 'requestId'> {
  return {
    ...notesOf(options),
    recordCount: options.recordCount,
    dataflowBatchRunId: options.batchRunId,
    dataflowPartitionKey: options.partition,
    partitions: options.partitions && partitionsOf(options.partitions),
    message: options.message,
  };
}

/** Whether the counts are numbers, the coordinator says. */
const partitionsOf = (rows: JsonObject): { partitionKey: string; recordCount: number | null }[] =>
  Object.entries(rows).map(([partitionKey, recordCount]) => ({
    partitionKey,
    recordCount: recordCount as number | null,
  }));
