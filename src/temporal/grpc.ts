// What the server answered, under whatever the SDK wrapped it in.

import type { status } from '@grpc/grpc-js';
import { isGrpcServiceError } from '@temporalio/client';

export interface GrpcAnswer {
  readonly code: status;
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
