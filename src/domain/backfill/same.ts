// What makes two backfills the same, for one requestId.

import { checkSameRequest } from '../request-id';
import type { KnownRequest } from '../request-id';
import type { BackfillRequest } from './request';

/** What it does to which dataflow: neither who asked for it and why, nor how far it is. */
function workOf(key: string, request: BackfillRequest): object {
  const { dataflow: _, by: __, reason: ___, progress: ____, partitionsPerExecution: _____, ...work } = request;
  return { ...work, dataflow: key };
}

/** `known`: a row of `operation`; a backfill's request is in its result. @throws InvalidArgumentError */
export function checkSameBackfill(
  backfillId: string,
  known: Omit<KnownRequest, 'request'> & { readonly result: Readonly<Record<string, unknown>> },
  key: string,
  asked: BackfillRequest,
): void {
  const { kind, subject, result } = known;
  const request = kind === 'backfill' ? workOf(subject ?? '', result['request'] as BackfillRequest) : null;
  checkSameRequest(backfillId, { kind, subject, request }, { kind: 'backfill', request: workOf(key, asked) });
}
