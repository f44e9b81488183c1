// What a start may say, and what it waits for, of all that it may lack.

import { parseFinish } from '../../src/domain/finish-request';
import { parseOperation } from '../../src/domain/operation';
import { parseStartRequest, waitsFor } from '../../src/domain/start-request';
import type { Patience } from '../../src/domain/start-request';
import type { WaitReason } from '../../src/domain/start';

const REASONS: readonly WaitReason[] = [
  { for: 'sources' },
  { for: 'quiet', ready: 1, until: '2019-01-01T00:00:00Z' },
  { for: 'place', limit: 1, running: 1, ahead: 0 },
  { for: 'pause', scope: 'zone', name: 'rz', since: '2019-01-01T00:00:00Z', by: 'ops', reason: null },
];

test.each<[string, Patience, string[]]>([
  ['no start waits', {}, []],
  ['one that is to wait waits for all', { wait: true }, ['sources', 'quiet', 'place', 'pause']],
  ['one of a backfill for a place, and the end of a pause', { waitForPlace: true }, ['place', 'pause']],
  ['unless it is to wait for its sources', { wait: true, waitForPlace: true }, ['sources', 'quiet', 'place', 'pause']],
])('%s', (_, patience, expected) => {
  expect(REASONS.filter((reason) => waitsFor(patience, reason)).map((reason) => reason.for)).toEqual(expected);
});

test.each([' x', 'x ', 'x\t', '\u00a0x'])('what MySQL compares has no blanks at its ends: not %j', (padded) => {
  const refused = (field: string): Error =>
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      details: expect.objectContaining({ field }) as object,
    }) as Error;
  expect(() => parseStartRequest({ dataflow: 'rz:a', requestId: padded })).toThrow(refused('requestId'));
  expect(() => parseFinish({ status: 'success', requestId: padded })).toThrow(refused('requestId'));
  expect(() => parseOperation({ operation: { kind: 'pauseZone', zone: padded }, by: 'ann' })).toThrow(refused('zone'));
  expect(parseStartRequest({ dataflow: 'rz:a', requestId: 'my request' })).toMatchObject({ requestId: 'my request' });
});
