// What the server answered, under whatever the SDK wrapped it in.

import { isGrpcServiceError } from '@temporalio/client';

/** The gRPC statuses that we tell apart. */
export const GRPC = {
  /** A request that no repetition can mend. */
  invalidArgument: 3,
  /** The caller is known, but may not do this. */
  permissionDenied: 7,
  /** The workflow task that took the message failed, as it does when a wake-up comes in while the execution closes. */
  failedPrecondition: 9,
  /** The execution closed under the message. */
  aborted: 10,
  /** The caller isn't known. */
  unauthenticated: 16,
} as const;

export interface GrpcAnswer {
  readonly code: number;
  readonly details: string;
  /** Of an update-with-start the reason is here alone; its details are about the two operations together. */
  readonly message: string;
}

/** The server's answer; undefined for an error that isn't one. */
export function grpcAnswer(error: unknown): GrpcAnswer | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause;
  }
  return undefined;
}
