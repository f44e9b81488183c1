// What ends a run: the payload of `finish` and `finishRun`, and what a job may return.

import { z } from 'zod';
import { oneOf, optional, parseInput, text, unpadded } from './parse';
import { InvalidArgumentError } from './errors';
import { checkPartitionKey } from './partition';
import { FINISH_STATUSES } from './run-state';
import { noteFields } from './start-request';

/** Rows written; integer ≥ 0. */
const rowCount = (field: string) => {
  const message = `${field} must be a whole number of rows, 0 or more (2^53 - 1 at most); leave it out if it is not known.`;
  return optional(z.number(message).int(message).min(0, message).max(Number.MAX_SAFE_INTEGER, message));
};

/** One finish writes all of its queue rows in one transaction. */
const MAX_PARTITIONS = 1_000;

const reportFields = {
  /** Rows written; integer ≥ 0. */
  recordCount: rowCount('recordCount'),
  /** The ETL process's own name for this batch. */
  dataflowBatchRunId: optional(text('dataflowBatchRunId', 255)),
  /** The partition that was written, for example `import_date=2019-01-01`. */
  dataflowPartitionKey: optional(text('dataflowPartitionKey', 480)),
  /** Where it wrote several: each feeds the targets as if a run of its own had written it. */
  partitions: optional(
    z
      .array(
        z.looseObject(
          { partitionKey: text('partitions.partitionKey', 480), recordCount: rowCount('partitions.recordCount') },
          'Each of partitions must be an object such as { "partitionKey": "date=2019-01-01", "recordCount": 103 }.',
        ),
        'partitions must be a list.',
      )
      .min(1, 'partitions must not be empty; leave it out instead.')
      .max(
        MAX_PARTITIONS,
        `partitions must have ${String(MAX_PARTITIONS)} entries at most; finish them in several runs.`,
      ),
  ),
  message: optional(text('message', 4096)),
  ...noteFields,
};

const statusField = oneOf('status', FINISH_STATUSES);

const finishSchema = z.object(
  {
    status: statusField,
    /** Which run is meant; a message to a run that has ended must not end the next one in its slot. */
    runId: optional(text('runId', 36)),
    /** The same finish sent twice under one requestId is one, whatever else is in it; the first one counts. */
    requestId: optional(unpadded('requestId', 64)),
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

function checkReport({ dataflowPartitionKey, partitions }: JobReport): void {
  if (dataflowPartitionKey !== null) checkPartitionKey(dataflowPartitionKey, 'dataflowPartitionKey');
  if (partitions === null) return;
  if (dataflowPartitionKey !== null) {
    throw new InvalidArgumentError('Report either dataflowPartitionKey, or partitions; not both.', {
      field: 'partitions',
    });
  }
  const keys = partitions.map(({ partitionKey }) => checkPartitionKey(partitionKey, 'partitions.partitionKey'));
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice === undefined) return;
  throw new InvalidArgumentError(`partitions names ${twice} twice; report each once.`, { field: 'partitions' });
}

/** Longest failure message kept on a run, in characters. */
export const MAX_MESSAGE = 4096;

/** The report of a run whose job failed. */
export function failureReport(message: string): JobReport {
  // Cut first: the cut may part a surrogate pair.
  const short = message.slice(0, MAX_MESSAGE).toWellFormed() || 'failed without a message';
  return parseJobReport({ status: 'error', message: short });
}
