// What a nested rule looks like, as JSON Schema: for an editor's completion, and to find the fields that no rule has.
// Whether it is one, `parseRule` says.

/** Where a JSON Schema that has a rule in it keeps `RULE_DEFINITIONS`. */
export const RULE_REF = '#/definitions/nestedRule';

const PART = { $ref: '#/definitions/rulePart' };
const PARTS = { type: 'array', minItems: 1, items: PART };

export const RULE_DEFINITIONS = {
  rulePart: {
    anyOf: [{ type: 'string', description: "A source's key: it must have something ready." }, { $ref: RULE_REF }],
  },
  nestedRule: {
    anyOf: [
      {
        type: 'object',
        description: 'One source, with what it must have.',
        properties: {
          source: { type: 'string', description: "The source's key." },
          count: { type: 'integer', minimum: 1, description: 'Ready runs that it takes. Default: 1.' },
          within: {
            type: ['string', 'null'],
            description:
              "The source's newest run must not be older, for example 24 hours; it may have been consumed before.",
          },
          optional: { type: 'boolean', description: 'Consumed if it is there, never waited for.' },
        },
        required: ['source'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: { all: { ...PARTS, description: 'All of these.' } },
        required: ['all'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: { any: { ...PARTS, description: 'One of these.' } },
        required: ['any'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          atLeast: { type: 'integer', minimum: 1, description: 'How many of the parts under `of`.' },
          of: { ...PARTS, description: 'The parts that count.' },
        },
        required: ['atLeast', 'of'],
        additionalProperties: false,
      },
    ],
  },
};
