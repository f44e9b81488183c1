// A change of a deadline: what it leaves out stays, or half a change would turn the other half back into its default.

import { definedOf } from '../defined';
import type { DeadlineAction } from './policy';

/** As it is written. */
export type DeadlineInput = string | { readonly after: string; readonly action?: DeadlineAction | null | undefined };

/** `after` or `action` alone; a length of time is `after`. Null takes the whole out, and an `action` that is null is the default again. */
export type DeadlineChange =
  string | { readonly after?: string | undefined; readonly action?: DeadlineAction | null | undefined } | null;

/** Not checked yet: there may have been no deadline, of which a change of its action is none. */
export function changedDeadline(
  before: DeadlineInput | null | undefined,
  change: DeadlineChange,
): DeadlineInput | null {
  // What is no object is for the schema to refuse.
  if (change === null || Array.isArray(change) || !['string', 'object'].includes(typeof change)) return change as null;
  return { ...partsOf(before ?? {}), ...partsOf(change) } as DeadlineInput;
}

const partsOf = (written: Exclude<DeadlineChange, null>): Exclude<DeadlineChange, null | string> =>
  typeof written === 'string' ? { after: written } : definedOf(written);
