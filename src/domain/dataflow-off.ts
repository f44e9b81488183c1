// What is refused because its dataflow is off: a disabled one can be enabled, a retired one is so for good.

import { DataflowDisabledError } from './errors';
import type { Dataflow } from './model';

/**
 * `what` can't be done, in a sentence's words: `it can't be started`. `details`: what else a program may want, and the field that names
 * the dataflow where that isn't `dataflow`.
 */
export function dataflowOff(
  { key, status }: Pick<Dataflow, 'key' | 'status'>,
  what: string,
  details: Readonly<Record<string, unknown>> = {},
): DataflowDisabledError {
  const [how, advice] =
    status === 'retired'
      ? ['retired, for good', 'Register a new dataflow under another key.']
      : [status, 'Enable it first.'];
  return new DataflowDisabledError(`${key} is ${how}: ${what}. ${advice}`, {
    field: 'dataflow',
    dataflow: key,
    status,
    ...details,
  });
}
