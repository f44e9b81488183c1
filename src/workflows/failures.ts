// Our errors on both sides of the workflow's border: out as failures whose type is the code, in from an activity.

import {
  ActivityFailure,
  ApplicationFailure,
  ApplicationFailureCategory,
  ChildWorkflowFailure,
  rootCause,
} from '@temporalio/common';
import { DlcError, errorFromCode, UnavailableError } from '../domain/errors';
import type { ErrorDetails } from '../domain/errors';
import { RUN_FAILED } from '../domain/messages';
import type { RecordedEnd } from '../domain/same-finish';

/** As a failure of the workflow or of an update; it is final, whatever retry policy its starter set. */
export function toFailure(error: DlcError): ApplicationFailure {
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: true,
    details: [error.details],
    // A refusal is an answer, no trouble of the worker's to log.
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Runs what validates a message; our errors leave it as failures, so that they refuse the message and nothing more. */
export function refusing<T>(validate: () => T): T {
  try {
    return validate();
  } catch (error) {
    throw error instanceof DlcError ? toFailure(error) : error;
  }
}

/**
 * The refusal that an activity answered with; undefined for a failure that may pass by itself (MySQL away, a timeout), or
 * that isn't ours.
 */
export function refusalOf(error: unknown): DlcError | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const known = errorFromCode(cause.type, cause.message, cause.details?.[0] as ErrorDetails | undefined);
  return known instanceof UnavailableError ? undefined : known;
}

/** The failure of a workflow whose run ended `error` without one of its own. */
export function runFailed(runId: string, { state, message, errorCode }: RecordedEnd): ApplicationFailure {
  const type = errorCode ?? RUN_FAILED;
  return ApplicationFailure.nonRetryable(message ?? `The run has ended: ${state}.`, type, { runId, state });
}

/** What went wrong, in the words of where it went wrong. */
export function failureMessage(error: Error): string {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure)
    return rootCause(error) ?? error.message;
  return error.message;
}
