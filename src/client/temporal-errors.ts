// What Temporal's client throws, as the errors that our users meet.

import { status } from '@grpc/grpc-js';
import {
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import {
  DlcError,
  errorFromCode,
  PermissionDeniedError,
  UnauthenticatedError,
  UnavailableError,
} from '../domain/errors';
import type { ErrorDetails } from '../domain/errors';
import { RUN_ENDING } from '../domain/messages';
import { grpcAnswer } from '../temporal/grpc';

/** Temporal's word for an update that was under way when its workflow closed. */
const COMPLETED_MEANWHILE = 'AcceptedUpdateCompletedWorkflow';

/** The failure that a workflow's handler, or the workflow itself, answered with. */
function answer(error: unknown): ApplicationFailure | undefined {
  const answered = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError;
  const cause = answered ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause : undefined;
}

/** Ours for the same: what we know of the execution is out of date. */
export class EndingError extends Error {}

/** The execution was closing or continuing as new when the message came: asked again, it or the next one answers. */
export function isEnding(error: unknown): boolean {
  if (error instanceof EndingError) return true;
  const type = answer(error)?.type;
  const code = grpcAnswer(error)?.code;
  return (
    type === RUN_ENDING ||
    type === COMPLETED_MEANWHILE ||
    code === status.ABORTED ||
    code === status.FAILED_PRECONDITION
  );
}

/** No execution of that ID runs (any more). */
export const isGone = (error: unknown): boolean => error instanceof WorkflowNotFoundError;

/** As one of ours; a bug stays what it is. */
export function toDlcError(error: unknown, doing: string): unknown {
  if (error instanceof DlcError) return error;
  const failure = answer(error);
  const ours = errorFromCode(failure?.type, failure?.message ?? '', failure?.details?.[0] as ErrorDetails | undefined);
  if (ours) return ours;
  if (isEnding(error)) {
    const message = `The slot's workflow was ending all the time while ${doing}. Try again.`;
    return new UnavailableError(message, {}, { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new UnavailableError(
      `No worker answered in time while ${doing}. Check that a worker runs on the task queue, then try again.`,
      {},
      { cause: error },
    );
  }
  if (error instanceof NamespaceNotFoundError) {
    const message = `Temporal has no namespace ${error.namespace}. Check TEMPORAL_NAMESPACE and TEMPORAL_ADDRESS.`;
    return new UnavailableError(message, { namespace: error.namespace }, { cause: error });
  }
  if (error instanceof Error && (error instanceof ServiceError || grpcAnswer(error))) return refusal(error, doing);
  return error;
}

function refusal(error: Error, doing: string): Error {
  const grpc = grpcAnswer(error);
  const reason = grpc?.details || error.message;
  if (grpc?.code === status.UNAUTHENTICATED) {
    const message = `Temporal doesn't know who asks, ${doing} (${reason}). Check TEMPORAL_API_KEY or the TLS certificate.`;
    return new UnauthenticatedError(message, {}, { cause: error });
  }
  if (grpc?.code === status.PERMISSION_DENIED) {
    return new PermissionDeniedError(`Temporal doesn't allow it, ${doing} (${reason}).`, {}, { cause: error });
  }
  const message = `Temporal can't be reached or refused while ${doing} (${reason}). Check TEMPORAL_ADDRESS and the server.`;
  return new UnavailableError(message, {}, { cause: error });
}
