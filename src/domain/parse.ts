// Validation of what comes from outside. Unknown fields are ignored (a newer client may send more than we know), a null
// is the same as nothing, and what's refused is refused with the field's name and what it must be.

import { z } from 'zod';
import { InvalidArgumentError } from './errors';
import type { Json, JsonObject } from './json';

// Zod compiles its schemas with `new Function` where it may; a workflow's sandbox is no place for that.
z.config({ jitless: true });

/** Problems told of one value: thousands of entries may all be wrong in the same way. */
const MAX_PROBLEMS = 10;

/** Longest JSON value kept on a run, in characters of its text. */
const MAX_JSON_LENGTH = 65_536;

/** Optional in JSON, null inside. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

export const text = (what: string, max: number) =>
  z
    .string(`${what} must be text.`)
    .min(1, `${what} must not be empty; leave it out instead.`)
    .max(max, `${what} must have ${String(max)} characters at most.`)
    .refine((value) => value.isWellFormed(), `${what} has an unpaired surrogate; send well-formed Unicode.`);

export const oneOf = <const T extends readonly string[]>(what: string, values: T) =>
  z.enum(values, `${what} must be one of ${values.join(', ')}.`);

export const flag = (what: string) => z.boolean(`${what} must be true or false.`);

export const jsonObject = (what: string) =>
  z
    .custom<JsonObject>(isJsonObject, `${what} must be a JSON object.`)
    .refine(
      (value) => JSON.stringify(value).length <= MAX_JSON_LENGTH,
      `${what} is longer than ${String(MAX_JSON_LENGTH)} characters as JSON; keep a link to it instead.`,
    );

function isJsonObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isJson);
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isJsonObject(value);
}

/**
 * Reads a value by its schema.
 * @throws InvalidArgumentError with `details.field`, and the first problems in `details.problems`.
 */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const field = issue.path.join('.');
    const got = at(value, issue.path);
    const shown = got === undefined || typeof got === 'object' ? '' : ` Got ${JSON.stringify(got).slice(0, 80)}.`;
    return { field, message: `${issue.message}${shown}` };
  });
  const [first] = problems;
  const more = issues.length - problems.length;
  const told = [
    ...problems.map((problem) => problem.message),
    ...(more > 0 ? [`And ${String(more)} more like that.`] : []),
  ];
  throw new InvalidArgumentError(`${what} is refused: ${told.join(' ')}`, {
    field: first?.field ?? '',
    problems,
  });
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
