// What a start waits for, of all that it may lack.

import { waitsFor } from '../../src/domain/start-request';
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
