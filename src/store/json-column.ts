// JSON columns: text on the way in and out, on MySQL and MariaDB alike.

import type { JsonObject } from '../domain/json';

export const toJson = (value: unknown): string | null => (value == null ? null : JSON.stringify(value));

/** We wrote it ourselves, so the caller knows its type. */
export const fromJson = (text: string): unknown => JSON.parse(text);

export const objectOrNull = (text: string | null): JsonObject | null =>
  text === null ? null : (fromJson(text) as JsonObject);
