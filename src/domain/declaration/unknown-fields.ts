// Fields that nothing has. In a request they are ignored, since a newer client may send more than we know; a file is written by
// hand, where they are slips.

import { didYouMean } from '../nearest';
import { declarationJsonSchema } from './json-schema';
import type { JsonSchema } from './json-schema';
import type { DeclarationProblem } from './problems';

type Container = Readonly<Record<string, unknown>>;

/** Those that the published schema doesn't know. */
export const unknownFields = (value: unknown): DeclarationProblem[] => unknownIn(declarationJsonSchema(), value);

/** Those that a schema doesn't know. */
export const unknownIn = (schema: JsonSchema, value: unknown): DeclarationProblem[] => [
  ...walk(schema, value, [], schema),
];

function* walk(
  schema: JsonSchema,
  value: unknown,
  path: readonly string[],
  root: JsonSchema,
): Generator<DeclarationProblem> {
  if (typeof value !== 'object' || value === null) return;
  const { properties, additionalProperties, items } = closest(schema, value as Container, root);
  for (const [name, part] of Object.entries(value)) {
    // As good as not there.
    if (part === undefined) continue;
    const inside = [...path, name];
    if (Array.isArray(value)) {
      if (items) yield* walk(items, part, inside, root);
    } else if (properties && Object.hasOwn(properties, name)) {
      yield* walk(properties[name] ?? {}, part, inside, root);
    } else if (typeof additionalProperties === 'object') {
      yield* walk(additionalProperties, part, inside, root);
    } else if (properties && additionalProperties === false) {
      yield { path: inside, ofName: true, message: unknown(name, Object.keys(properties)) };
    }
  }
}

function unknown(name: string, known: readonly string[]): string {
  const shown = JSON.stringify(name.slice(0, 80));
  return `There is no field ${shown} here.${didYouMean(name, known) || ` There are: ${known.join(', ')}.`}`;
}

/** Of alternatives, the one that has most of the value's fields: a slip in one of them hides none of the others. */
function closest(schema: JsonSchema, value: Container, root: JsonSchema): JsonSchema {
  const { $ref, anyOf } = schema;
  if ($ref !== undefined) return closest(root.definitions?.[$ref.replace('#/definitions/', '')] ?? {}, value, root);
  const alternatives = anyOf?.map((alternative) => closest(alternative, value, root));
  if (!alternatives) return schema;
  const scored = alternatives.map((alternative) => ({ alternative, score: likeness(alternative, value) }));
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).alternative;
}

function likeness({ type, items, properties = {} }: JsonSchema, value: Container): number {
  if (Array.isArray(value)) return items ? 1 : -1;
  if (type !== 'object') return -1;
  return Object.entries(properties).reduce((score, [name, field]) => {
    if (!Object.hasOwn(value, name)) return score;
    return score + (field.const !== undefined && field.const === value[name] ? 100 : 1);
  }, 0);
}
