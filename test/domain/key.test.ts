// Keys and workflow IDs: one string form, and back.

import fc from 'fast-check';
import { formatKey, parseKey, slotWorkflowId } from '../../src';
import { slotOfWorkflowId } from '../../src/domain/slot';

const part = fc.string({ unit: 'grapheme', maxLength: 12 });
const name = part.filter((text) => text !== '');
const zone = name.filter((text) => text === text.trim());
const key = fc.record({ zone, modelName: name, modelKey: part, modelSecKey: part });

test('a key survives the way to its string form and back', () => {
  fc.assert(fc.property(key, (value) => expect(parseKey(formatKey(value))).toEqual(value)));
});

test('two keys never share a string form, nor two slots a workflow ID', () => {
  fc.assert(
    fc.property(key, key, part, part, (a, b, p, q) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(formatKey(a) === formatKey(b)).toBe(same);
      expect(slotWorkflowId(formatKey(a), p) === slotWorkflowId(formatKey(b), q)).toBe(same && p === q);
    }),
  );
});

test('a string form has nothing that Temporal, dbt or a terminal trips over', () => {
  fc.assert(fc.property(key, (value) => expect(formatKey(value)).not.toMatch(/[/@\s\p{Cc}]/u)));
});

test('parts are joined by colons, trailing empty ones dropped, reserved characters encoded', () => {
  const of = (zone: string, modelName: string, modelKey = '', modelSecKey = ''): string =>
    formatKey({ zone, modelName, modelKey, modelSecKey });
  expect(of('rz', 'billing4', 'acme', 'key_sec1')).toBe('rz:billing4:acme:key_sec1');
  expect(of('rz', 'billing4')).toBe('rz:billing4');
  expect(of('rz', 'billing4', '', 's')).toBe('rz:billing4::s');
  expect(of('r:z', 'a/b', '50% @home', '\t')).toBe('r%3Az:a%2Fb:50%25%20%40home:%09');
  expect(of('größe', '数据')).toBe('größe:数据');
  expect(slotWorkflowId('sz:flights', 'month=2001-01/x')).toBe('dlc:sz:flights@month=2001-01%2Fx');
});

test('a workflow ID tells its slot, and whether it is one', () => {
  fc.assert(
    fc.property(key, part, (value, slot) => {
      const text = formatKey(value);
      expect(slotOfWorkflowId(slotWorkflowId(text, slot))).toEqual({ key: text, partition: slot });
    }),
  );
  for (const other of ['rz:a', 'dlc:', 'dlc:rz:a@%zz', 'dlc:@x']) expect(slotOfWorkflowId(other)).toBeUndefined();
});

test.each(['rz', '', ':x', 'rz:', 'a:b:c:d:e', 'rz:a b', 'rz:%zz', 'rz:a%2fb', 'rz:%61', 'rz:a/b', 'rz:a@b', 'rz:a::'])(
  'the key %j is refused, with the right form where there is one',
  (text) => {
    expect(() => parseKey(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  },
);

test('a key too long for a workflow ID, an empty or padded zone and broken Unicode are refused', () => {
  const of = (zone: string): string => formatKey({ zone, modelName: 'm', modelKey: '', modelSecKey: '' });
  expect(() => of('ä'.repeat(240))).toThrow('longer than 480 bytes');
  expect(() => of('')).toThrow('zone must not be empty');
  for (const padded of [' ', 'rz ', '\trz', 'rz\u00a0']) {
    expect(() => of(padded)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: 'zone' } }) as Error,
    );
  }
  expect(of('r z')).toBe('r%20z:m');
  expect(() => of('\ud800')).toThrow('zone must be text');
});
