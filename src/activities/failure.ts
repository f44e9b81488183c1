// Our errors as Temporal failures: the code is the type; only what may pass by itself is retried.

import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { DlcError } from '../domain/errors';

/** Runs an activity's work; our errors leave it as failures with their code. */
export async function withFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    throw ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: !error.retryable,
      // A refusal is an answer, no trouble of the worker's to log.
      ...(!error.retryable && { category: ApplicationFailureCategory.BENIGN }),
      details: [error.details],
      cause: error,
    });
  }
}
