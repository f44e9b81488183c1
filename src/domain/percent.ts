// Percent-encoding of the parts of keys and workflow IDs. `:` joins a key's parts, `@` sets the partition off, `%` is the
// escape itself, and `/` breaks Temporal's HTTP API and dbt's parent IDs.

import { InvalidArgumentError } from './errors';

const RESERVED = /[:/@%\s\p{Cc}\p{Z}]/gu;

/** Encodes `: / @ %`, blanks and control characters; everything else stays readable. */
export function percentEncode(part: string): string {
  return part.replace(RESERVED, (character) => encodeURIComponent(character));
}

/** @throws InvalidArgumentError where a `%` isn't followed by two hex digits, or the bytes aren't UTF-8. */
export function percentDecode(encoded: string, field: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new InvalidArgumentError(
      `${field} ${JSON.stringify(encoded.slice(0, 80))} isn't percent-encoded UTF-8; write % itself as %25.`,
      { field },
      { cause },
    );
  }
}

/** Length in UTF-8 bytes: what Temporal's limit for workflow IDs counts. Unpaired surrogates are counted as 3. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
