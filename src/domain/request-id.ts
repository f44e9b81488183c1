// A requestId stands for one request, among the operations and backfills of all people: the same one again is done once, and another
// one under it is refused, for whoever asks would be told of what was never done.

import { InvalidArgumentError } from './errors';

/** What begins with `dlc-`, or ends in `:end`, are ids of our own. To MySQL, blanks at the end make no difference. */
const REQUEST_ID = /^(?!dlc-| )[ -~]+(?<!:end| )$/;

/** Of an operation, as its table holds it: `max` characters. @throws InvalidArgumentError */
export function checkRequestId(requestId: string, max = 64): string {
  if (REQUEST_ID.test(requestId) && requestId.length <= max) return requestId;
  throw new InvalidArgumentError(
    `requestId must be up to ${String(max)} letters, digits and signs (ASCII) without blanks at the ends, and neither begin with dlc- nor end in :end. Got ${JSON.stringify(requestId.slice(0, 80))}.`,
    { field: 'requestId' },
  );
}

/** What a requestId stands for already. */
export interface KnownRequest {
  readonly kind: string;
  /** For people, where it is known. */
  readonly subject: string | null;
  /** Null: it was kept by an earlier version, and only its kind is known. */
  readonly request: unknown;
}

/** @throws InvalidArgumentError for a request that isn't the known one. */
export function checkSameRequest(
  requestId: string,
  { kind, subject, request }: KnownRequest,
  asked: { readonly kind: string; readonly request: unknown },
): void {
  if (kind === asked.kind && (request === null || fingerprint(request) === fingerprint(asked.request))) return;
  throw new InvalidArgumentError(
    `The requestId ${requestId} stands for another request already: ${kind}${subject === null ? '' : ` of ${subject}`}. Nothing was done: give every request its own.`,
    { field: 'requestId', kind, ...(subject !== null && { subject }) },
  );
}

/** The same for requests that ask for the same: a field that is null is as good as none, and a JSON column keeps no order. */
export function fingerprint(request: unknown): string {
  return JSON.stringify(request, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([, value]) => value !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
}
