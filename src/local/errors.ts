// What can go wrong with a server on this machine; all of it reads UNAVAILABLE or INVALID_ARGUMENT to the user.
import { UnavailableError } from '../domain/errors';

/** No way to a server was found; `details.tried` lists each way with its reason. */
export class UnavailableLocally extends UnavailableError {
  override readonly retryable = false;
}

/** A step of the chain has nothing to offer on this machine; the next one is tried. */
export class NotHere extends Error {}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
