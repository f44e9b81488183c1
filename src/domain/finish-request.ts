// What ends a run: the payload of `finish` and `finishRun`, and what a job may return.

import { z } from 'zod';
import { oneOf, optional, parseInput, text } from './parse';
import { checkPartitionKey } from './partition';
import { FINISH_STATUSES } from './run-state';
import { noteFields } from './start-request';

const WHOLE =
  'recordCount must be a whole number of rows, 0 or more (2^53 - 1 at most); leave it out if it is not known.';

const reportFields = {
  /** Rows written; integer ≥ 0. */
  recordCount: optional(z.number(WHOLE).int(WHOLE).min(0, WHOLE).max(Number.MAX_SAFE_INTEGER, WHOLE)),
  /** The ETL process's own name for this batch. */
  dataflowBatchRunId: optional(text('dataflowBatchRunId', 255)),
  /** The partition that was written, for example `import_date=2019-01-01`. */
  dataflowPartitionKey: optional(text('dataflowPartitionKey', 480)),
  message: optional(text('message', 4096)),
  ...noteFields,
};

const statusField = oneOf('status', FINISH_STATUSES);

const finishSchema = z.object(
  {
    status: statusField,
    /** Which run is meant; a message to a run that has ended must not end the next one in its slot. */
    runId: optional(text('runId', 36)),
    ...reportFields,
  },
  'A finish must be an object such as { "status": "success", "recordCount": 103 }.',
);

const jobResultSchema = z.object(
  { status: statusField.nullish().transform((status) => status ?? ('success' as const)), ...reportFields },
  'A job must return an object such as { "recordCount": 103 }, or nothing.',
);

/** A finish as its sender writes it: everything but `status` may be left out. */
export type FinishRequestInput = z.input<typeof finishSchema>;
export type FinishRequest = z.output<typeof finishSchema>;

/** What a job returns: what a finish takes, `status` defaulting to `success`. */
export type JobReportInput = z.input<typeof jobResultSchema>;
export type JobReport = z.output<typeof jobResultSchema>;

/** @throws InvalidArgumentError */
export function parseFinish(value: unknown): FinishRequest {
  const request = parseInput(finishSchema, value, 'The finish');
  checkReport(request);
  return request;
}

/**
 * Reads what a job returned; nothing means success.
 * @throws InvalidArgumentError
 */
export function parseJobReport(value: unknown): JobReport {
  const report = parseInput(jobResultSchema, value ?? {}, "The job's result");
  checkReport(report);
  return report;
}

function checkReport(report: JobReport): void {
  if (report.dataflowPartitionKey !== null) checkPartitionKey(report.dataflowPartitionKey, 'dataflowPartitionKey');
}

/** Longest failure message kept on a run, in characters. */
export const MAX_MESSAGE = 4096;

/** The report of a run whose job failed. */
export function failureReport(message: string): JobReport {
  // Cut first: the cut may part a surrogate pair.
  const short = message.slice(0, MAX_MESSAGE).toWellFormed() || 'failed without a message';
  return parseJobReport({ status: 'error', message: short });
}
