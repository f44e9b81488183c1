// Validation of what comes from outside. Unknown fields are ignored (a newer client may send more than we know), a null
// is the same as nothing, and what's refused is refused with the field's name and what it must be.

import { z } from 'zod';
import { InvalidArgumentError } from './errors';
import type { JsonObject } from './json';
import { levels, pathTo } from './json-levels';

// Zod compiles its schemas with `new Function` where it may; a workflow's sandbox is no place for that.
z.config({ jitless: true });

/** Problems told of one value: thousands of entries may all be wrong in the same way. */
const MAX_PROBLEMS = 10;

/** Longest JSON value kept on a run, in characters of its text. */
const MAX_JSON_LENGTH = 65_536;

/** Deepest JSON value kept on a run: MariaDB gives up at 32 levels or a little more, MySQL at 100. */
const MAX_JSON_DEPTH = 30;

const NO_OBJECT = 'must be a JSON object.';
const NO_JSON = 'must be JSON: text, a finite number, true, false, null, a list or an object.';

/** Optional in JSON, null inside. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

export const text = (what: string, max: number) =>
  z
    .string(`${what} must be text.`)
    .min(1, `${what} must not be empty; leave it out instead.`)
    .max(max, `${what} must have ${String(max)} characters at most.`)
    .refine((value) => value.isWellFormed(), `${what} has an unpaired surrogate; send well-formed Unicode.`);

/** Text that MySQL compares: to it, blanks at the end make no difference. */
export const unpadded = (what: string, max: number) =>
  text(what, max).refine((value) => value === value.trim(), `${what} must have no blanks at its ends.`);

export const oneOf = <const T extends readonly string[]>(what: string, values: T) =>
  z.enum(values, `${what} must be one of ${values.join(', ')}.`);

export const flag = (what: string) => z.boolean(`${what} must be true or false.`);

export const jsonObject = (what: string) =>
  z
    .custom<JsonObject>()
    .superRefine((value, context) => {
      const problem = jsonProblem(value);
      if (!problem) return;
      const { path = [], message } = problem;
      context.addIssue({ code: 'custom', path, message: `${[what, ...path].join('.')} ${message}` });
    })
    .meta({ type: 'object' });

interface JsonProblem {
  /** Left out: it is the value as a whole. */
  readonly path?: string[];
  readonly message: string;
}

/** What keeps a value off a run; undefined for what MySQL and MariaDB both hold. */
function jsonProblem(value: unknown): JsonProblem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { message: NO_OBJECT };
  let depth = 0;
  for (const level of levels(value)) {
    if (++depth > MAX_JSON_DEPTH) {
      const message = `is nested deeper than ${String(MAX_JSON_DEPTH)} levels; flatten it, or keep a link to it instead.`;
      return { message };
    }
    for (const container of level) {
      const wrong = Object.entries(container).find(([, part]) => !isJsonPart(part));
      if (wrong) return { path: [...pathTo(value, container), wrong[0]], message: NO_JSON };
      if (!textsOf(container).every((text) => text.isWellFormed())) {
        return { message: 'has text with an unpaired surrogate; send well-formed Unicode.' };
      }
    }
  }
  if (JSON.stringify(value).length <= MAX_JSON_LENGTH) return undefined;
  return { message: `is longer than ${String(MAX_JSON_LENGTH)} characters as JSON; keep a link to it instead.` };
}

/** By itself: what an object or a list holds is looked at in its own turn. */
function isJsonPart(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return ['object', 'string', 'boolean'].includes(typeof value);
}

function textsOf(container: object): string[] {
  const texts = Object.values(container).filter((value) => typeof value === 'string');
  return Array.isArray(container) ? texts : [...Object.keys(container), ...texts];
}

const forms = new WeakMap<object, z.ZodType>();

/** A schema that checks by itself, with what it takes: for JSON Schema, which can't look into it. */
export function withForm<T extends z.ZodType>(schema: T, form: z.ZodType): T {
  forms.set(schema, form);
  return schema;
}

export const formOf = (schema: object): z.ZodType | undefined => forms.get(schema);

/** An object without fields of other names: for what people write by hand, where a slip of the pen would be left unheard. */
export function strictObject<S extends z.ZodRawShape>(fields: S, what: string) {
  const schema = z.object(fields, what);
  const strict = z.custom<z.input<typeof schema>>().superRefine((value: unknown, context) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value).filter((name) => !(name in fields))) {
      const message = `There is no field ${key}; there are ${Object.keys(fields).join(', ')}.`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });
  return withForm(strict, schema).pipe(schema);
}

/** One or a list of them; nothing is the empty list. A field's name has its place in the list where there is one. */
export function oneOrMany<T extends z.ZodType>(schema: T, what: string, max: number) {
  const any = z.custom<z.input<T> | readonly z.input<T>[]>();
  return withForm(any, z.union([schema, z.array(schema).max(max)]))
    .transform((value: unknown, context): z.output<T>[] => {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (list.length > max) context.addIssue(`${what} must have ${String(max)} entries at most.`);
      return list.slice(0, max).flatMap((each, at) => {
        const parsed = schema.safeParse(each);
        if (parsed.success) return [parsed.data];
        for (const { message, path } of parsed.error.issues) {
          context.addIssue({ code: 'custom', message, path: Array.isArray(value) ? [at, ...path] : path });
        }
        return [];
      });
    })
    .nullish()
    .transform((list) => list ?? []);
}

/** For a schema's `transform`: what `parse` refuses is one of the schema's problems, of `field` or of what is in it. */
export function refusedBy<Input, Output>(parse: (value: Input) => Output, field = '') {
  return (value: Input, context: z.RefinementCtx): Output => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      const { field: refused } = error.details;
      const inside = typeof refused === 'string' && refused.startsWith(`${field}.`);
      const path = inside ? refused.slice(field.length + 1).split('.') : [];
      context.addIssue({ code: 'custom', message: error.message, path });
      return z.NEVER;
    }
  };
}

/** What is wrong with a part of a value, and where that is. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** All of a schema's problems with a value. */
export function problemsOf({ issues }: z.core.$ZodError, value: unknown): Problem[] {
  return issues.flatMap(closest).map(({ path, message }) => {
    const got = at(value, path);
    const shown = isPlain(got) ? ` Got ${showPlain(got).slice(0, 80)}.` : '';
    return { path: path.map(String), message: message.includes(' Got ') ? message : `${message}${shown}` };
  });
}

/** Of alternatives, the problems of the one that the value looks like: a list has no problem with being no map. */
function closest(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, 'path' | 'message'>[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [like, ...others] = issue.errors.filter((issues) => !issues.some(({ path }) => path.length === 0));
  if (!like || others.length > 0) return [issue];
  return like.flatMap(closest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

const joined = (path: readonly string[]): string => path.join('.');

/**
 * Reads a value by its schema. `nameOf`: how a field is called where its caller has another name for it than the place that it has in
 * the value.
 * @throws InvalidArgumentError with `details.field`, and the first problems in `details.problems`.
 */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown, what: string, nameOf = joined): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const all = problemsOf(parsed.error, value);
  const problems = all.slice(0, MAX_PROBLEMS).map(({ path, message }) => ({ field: nameOf(path), message }));
  const [first] = problems;
  const more = all.length - problems.length;
  const told = [
    ...problems.map((problem) => problem.message),
    ...(more > 0 ? [`And ${String(more)} more like that.`] : []),
  ];
  throw new InvalidArgumentError(`${what} is refused: ${told.join(' ')}`, {
    field: first?.field ?? '',
    problems,
  });
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** As JSON, an endless number would be null. */
const showPlain = (value: string | number | boolean): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
