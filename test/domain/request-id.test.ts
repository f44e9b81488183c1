// One requestId stands for one request.

import { checkRequestId, checkSameRequest, fingerprint } from '../../src/domain/request-id';

const refused = expect.objectContaining({
  code: 'INVALID_ARGUMENT',
  details: expect.objectContaining({ field: 'requestId' }) as object,
}) as Error;

test('requests that ask for the same have one fingerprint, however they are written', () => {
  const one = { from: '2019-01', limit: 4, wait: null, of: [{ a: 1, b: [null] }] };
  expect(fingerprint({ of: [{ b: [null], a: 1, c: null }], limit: 4, from: '2019-01' })).toBe(fingerprint(one));
  for (const other of [
    { ...one, limit: 5 },
    { ...one, wait: false },
    { ...one, of: [] },
  ]) {
    expect(fingerprint(other)).not.toBe(fingerprint(one));
  }
});

test('the same request is taken again; another kind, or another request of its kind, is refused', () => {
  const known = { kind: 'pauseZone', subject: 'zone rz', request: { zone: 'rz' } };
  const check =
    (asked: { kind: string; request: unknown }, of = known as Parameters<typeof checkSameRequest>[1]) =>
    () =>
      checkSameRequest('r1', of, asked);
  expect(check({ kind: 'pauseZone', request: { zone: 'rz' } })).not.toThrow();
  expect(check({ kind: 'pauseZone', request: { zone: 'sz' } })).toThrow(refused);
  expect(check({ kind: 'resumeZone', request: { zone: 'rz' } })).toThrow(
    'The requestId r1 stands for another request already: pauseZone of zone rz. Nothing was done: give every request its own.',
  );
  const old = { ...known, request: null };
  expect(check({ kind: 'pauseZone', request: { zone: 'sz' } }, old)).not.toThrow();
  expect(check({ kind: 'resumeZone', request: { zone: 'sz' } }, old)).toThrow(refused);
});

test.each(['', 'x'.repeat(65), 'ä', 'dlc-backfill:x', 'x:end', 'a\nb', ' x', 'x '])(
  'the requestId %j is refused',
  (requestId) => {
    expect(() => checkRequestId(requestId)).toThrow(refused);
  },
);

test.each(['x'.repeat(64), 'dag:task:2019-01-01T00:00:00+00:00', 'my request', ':endless'])(
  'the requestId %j is taken',
  (requestId) => {
    expect(checkRequestId(requestId)).toBe(requestId);
  },
);
