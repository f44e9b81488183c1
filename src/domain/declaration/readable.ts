// What can be read of a dataflow that has faults: what is wrong with one field hides nothing of the others.

import type { z } from 'zod';
import { nearest } from '../nearest';
import { problemsOf } from '../parse';
import type { Problem } from '../parse';
import { dataflowDeclaration } from './schema';

export interface Readable {
  /** A field that can't be read has its default there. Undefined: nothing can be said of the rest. */
  readonly data?: z.output<typeof dataflowDeclaration> | undefined;
  /** False: which ones they are meant to be, nobody knows. */
  readonly knowsSources: boolean;
  readonly refused: readonly Problem[];
}

export function readableFields(value: unknown): Readable {
  const parsed = dataflowDeclaration.safeParse(value);
  const refused = parsed.success ? [] : problemsOf(parsed.error, value);
  if (typeof value !== 'object' || value === null) return { knowsSources: false, refused };
  const unclear = new Set([...refused.map(({ path: [field] }) => field), ...slips(value)]);
  // How partitions map hangs on it, as does what a schedule has to say.
  if (unclear.has('partitioned')) return { knowsSources: false, refused };
  const { data } = parsed.success ? parsed : dataflowDeclaration.safeParse(refused.reduce(without, value));
  return { data, knowsSources: !unclear.has('sources'), refused };
}

/** What fields that nothing has were probably meant to be. */
function slips(value: object): (string | undefined)[] {
  const known = Object.keys(dataflowDeclaration.shape);
  return Object.keys(value).map((name) => (known.includes(name) ? undefined : nearest(name, known)));
}

/** Of several schedules, only the one that is refused. */
function without(value: object, { path }: Problem): object {
  const [field = '', name] = path;
  const rest = Object.entries(value).flatMap(([key, part]: [string, unknown]): [string, unknown][] => {
    if (key !== field) return [[key, part]];
    const others = field === 'schedules' && name !== undefined && typeof part === 'object' && part !== null;
    return others ? [[key, Object.fromEntries(Object.entries(part).filter(([each]) => each !== name))]] : [];
  });
  return Object.fromEntries(rest);
}
