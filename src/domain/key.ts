// A dataflow's natural key and its one string form, `rz:billing4:acme:key_sec1`.

import { InvalidArgumentError } from './errors';
import { percentDecode, percentEncode, utf8Length } from './percent';

export interface DataflowKey {
  readonly zone: string;
  readonly modelName: string;
  /** May be empty. */
  readonly modelKey: string;
  /** May be empty. */
  readonly modelSecKey: string;
}

const PARTS = ['zone', 'modelName', 'modelKey', 'modelSecKey'] as const;

/** Longest key in its string form, in UTF-8 bytes: key and partition together fit Temporal's 1,000-byte workflow ID. */
export const MAX_KEY_BYTES = 480;

/**
 * The key as one string: parts joined by `:`, trailing empty parts dropped, `: / @ %`, blanks and control characters
 * percent-encoded.
 * @throws InvalidArgumentError when zone or modelName is empty, the zone is padded with blanks, a part isn't well-formed text, or the whole is too long.
 */
export function formatKey(key: DataflowKey): string {
  for (const part of PARTS) {
    if (typeof key[part] !== 'string' || !key[part].isWellFormed()) {
      throw new InvalidArgumentError(`${part} must be text.`, { field: part });
    }
  }
  for (const part of ['zone', 'modelName'] as const) {
    if (key[part] === '') throw new InvalidArgumentError(`${part} must not be empty.`, { field: part });
  }
  // A zone is paused by its name, and to MySQL blanks at the end of one make no difference. Of the other parts, the key tells.
  if (key.zone !== key.zone.trim()) {
    throw new InvalidArgumentError(`zone ${JSON.stringify(key.zone.slice(0, 80))} must have no blanks at its ends.`, {
      field: 'zone',
    });
  }
  const text = PARTS.map((part) => percentEncode(key[part]))
    .join(':')
    .replace(/:+$/, '');
  if (utf8Length(text) > MAX_KEY_BYTES) {
    throw new InvalidArgumentError(
      `The key ${text.slice(0, 60)}… is longer than ${MAX_KEY_BYTES} bytes; shorten its parts.`,
      { field: 'key' },
    );
  }
  return text;
}

/**
 * Reads a key from its string form. Only the form that `formatKey` writes is taken, so that one dataflow has one name.
 * @throws InvalidArgumentError, which shows the right form where there is one.
 */
export function parseKey(text: string): DataflowKey {
  const parts = text.split(':');
  if (parts.length < 2 || parts.length > PARTS.length) {
    throw new InvalidArgumentError(
      `${JSON.stringify(text.slice(0, MAX_KEY_BYTES))} isn't a dataflow key: write zone:modelName[:modelKey[:modelSecKey]], for example rz:billing4:acme.`,
      { field: 'key' },
    );
  }
  const [zone = '', modelName = '', modelKey = '', modelSecKey = ''] = parts.map((part) => percentDecode(part, 'key'));
  const key = { zone, modelName, modelKey, modelSecKey };
  const canonical = formatKey(key);
  if (canonical !== text) {
    throw new InvalidArgumentError(`Write the key ${JSON.stringify(text.slice(0, MAX_KEY_BYTES))} as ${canonical}.`, {
      field: 'key',
      expected: canonical,
    });
  }
  return key;
}
