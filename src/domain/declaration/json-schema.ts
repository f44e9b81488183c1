// The JSON Schema of `dlc.yaml`, generated from what reads it: editors complete and check by it, and it says which fields there are.

import { z } from 'zod';
import { formOf } from '../parse';
import { RULE_DEFINITIONS } from '../rule/json-schema';
import { DESCRIPTIONS } from './descriptions';
import { declarationSchema } from './schema';

/** The parts of JSON Schema that ours is made of. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema & { readonly pattern?: string };
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  /** Only as zod writes it. */
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** `zone:modelName[:modelKey[:modelSecKey]]` */
const KEY_PATTERN = '^[^:/@\\s]+:[^:/@\\s]+(:[^:/@\\s]*){0,2}$';

let generated: JsonSchema | undefined;

/** Draft 7, which every editor knows. */
export function declarationJsonSchema(): JsonSchema {
  generated ??= generate();
  return generated;
}

function generate(): JsonSchema {
  const { $schema, ...schema } = toJsonSchema(declarationSchema);
  const described = describe(schema, []);
  const dataflows = { ...described.properties?.['dataflows'], propertyNames: { pattern: KEY_PATTERN } };
  const title = 'dlc.yaml: dataflows, their sources and when they start';
  return {
    $schema,
    title,
    ...described,
    properties: { ...described.properties, dataflows },
    definitions: RULE_DEFINITIONS,
  } as JsonSchema;
}

/** Of a value that isn't published: it says which fields there are. */
export function formSchema(schema: z.ZodType): JsonSchema {
  return { ...inside(toJsonSchema(schema), []), definitions: RULE_DEFINITIONS };
}

function toJsonSchema(schema: z.ZodType): JsonSchema & { readonly $schema?: string } {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    // What a rule is and what `config` is stands in their metadata; what else checks by itself has a form.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const form = formOf(zodSchema);
      if (form) {
        const { $schema: _, ...own } = toJsonSchema(form);
        Object.assign(jsonSchema, own);
      }
      if (jsonSchema.properties) jsonSchema.additionalProperties = false;
      // A file has a text for it.
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  }) as JsonSchema;
}

/** Each field with what it is for. What maps keys to values is `*` in a field's path. */
function describe(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const description = DESCRIPTIONS[path.join('.')];
  return { ...(description !== undefined && { description }), ...inside(schema, path) };
}

/** Alternatives are one field, told of once: those of an alternative are alternatives themselves. */
function inside(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const { properties, additionalProperties, items, anyOf, oneOf, ...rest } = schema;
  const fields = Object.entries(properties ?? {});
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(fields.map(([name, field]) => [name, describe(field, [...path, name])])),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object'
          ? describe(additionalProperties, [...path, '*'])
          : additionalProperties,
    }),
    ...(items && { items: describe(items, [...path, '*']) }),
    ...((anyOf ?? oneOf) && {
      anyOf: (anyOf ?? oneOf ?? []).map((each) => inside(each, path)).flatMap((each) => each.anyOf ?? [each]),
    }),
  };
}
