// Our errors as Temporal failures: the code is the type; only what may pass by itself is retried.

import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { DlcError, PermissionDeniedError, UnauthenticatedError, UnavailableError } from '../domain/errors';

/** Runs an activity's work; our errors leave it as failures with their code. */
export async function withFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof DlcError)) throw cause;
    const error = isOwnTrouble(cause) ? new UnavailableError(cause.message, cause.details, { cause }) : cause;
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

/** MySQL refuses the worker, whose login somebody is about to mend: no answer to what a run asked for. */
const isOwnTrouble = (error: DlcError): boolean =>
  'mysql' in error.details && (error instanceof UnauthenticatedError || error instanceof PermissionDeniedError);
