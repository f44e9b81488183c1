// Options as a program writes them, by hand: a field that nothing has is a slip, which would go unheard. Requests of workflows and
// messages are another matter: a newer client may send more than we know.

import { InvalidArgumentError } from '../errors';
import {
  dataflowOptionsSchema,
  parseDataflowOptions,
  parseRelationOptions,
  relationOptionsSchema,
} from '../registration';
import type { DataflowOptions, RelationOptions } from '../registration';
import { formSchema } from './json-schema';
import type { JsonSchema } from './json-schema';
import { unknownIn } from './unknown-fields';

const schemas = {
  dataflow: dataflowOptionsSchema,
  /** What a change may give: what happens where it exists is no question then. */
  update: dataflowOptionsSchema.omit({ ifExists: true }),
  relation: relationOptionsSchema,
};
type Options = keyof typeof schemas;

const generated = new Map<Options, JsonSchema>();

/** @throws InvalidArgumentError */
export function readDataflowOptions(value: unknown): DataflowOptions {
  checkKnown('dataflow', value);
  return parseDataflowOptions(value);
}

/** @throws InvalidArgumentError */
export function readRelationOptions(value: unknown): RelationOptions {
  checkKnown('relation', value);
  return parseRelationOptions(value);
}

/** @throws InvalidArgumentError for fields that nothing has, with `details.field` and all of them in `details.problems`. */
export function checkKnown(options: Options, value: unknown): void {
  const schema = generated.get(options) ?? formSchema(schemas[options]);
  generated.set(options, schema);
  const problems = unknownIn(schema, value)
    // A rule says so itself.
    .filter(({ path }) => !(path[0] === 'trigger' && path[1] === 'when'))
    .slice(0, 10)
    .map(({ path, message }) => {
      const inside = path.slice(0, -1).join('.');
      return { field: path.join('.'), message: inside === '' ? message : `In ${inside}: ${message}` };
    });
  const [first] = problems;
  if (!first) return;
  const what = options === 'relation' ? 'The relation' : 'The dataflow';
  const told = problems.map(({ message }) => message).join(' ');
  throw new InvalidArgumentError(`${what} is refused: ${told}`, { field: first.field, problems });
}
