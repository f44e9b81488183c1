// A payload converter as a user may have one: JSON, written in hex.

import {
  CompositePayloadConverter,
  defaultPayloadConverter,
  JsonPayloadConverter,
  UndefinedPayloadConverter,
} from '@temporalio/common';
import type { Payload, PayloadConverterWithEncoding } from '@temporalio/common';

const encodingType = 'json/hex';

class HexConverter implements PayloadConverterWithEncoding {
  readonly encodingType = encodingType;

  toPayload(value: unknown): Payload {
    const bytes = defaultPayloadConverter.toPayload(value).data ?? new Uint8Array();
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return { metadata: { encoding: ascii(encodingType) }, data: ascii(hex) };
  }

  readonly fromPayload: PayloadConverterWithEncoding['fromPayload'] = ({ data }) => {
    const text = String.fromCharCode(...(data ?? []));
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    return defaultPayloadConverter.fromPayload({ metadata: { encoding: ascii('json/plain') }, data: bytes });
  };
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new HexConverter(),
  new JsonPayloadConverter(),
);
