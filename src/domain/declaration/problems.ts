// What is wrong with a declaration: everything at once, each with where it is.

import { CycleError, DlcError, InvalidArgumentError } from '../errors';
import type { Problem } from '../parse';

export interface DeclarationProblem extends Problem {
  /** The problem is the field's name, not its value. */
  readonly ofName?: true;
  /** Of a cycle: the dataflows on it. */
  readonly cycle?: readonly string[];
}

/** Problems told at most. */
export const MAX_PROBLEMS = 50;

/** What `call` refuses is a problem of the part at `path`; its result, or undefined. */
export function collect<T>(
  problems: DeclarationProblem[],
  path: readonly string[],
  call: () => T,
  /** The refusal names a field of that part. */
  inside = false,
): T | undefined {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const { field } = error.details;
    problems.push({
      path: inside && typeof field === 'string' ? [...path, ...field.split('.')] : path,
      message: error.message,
    });
    return undefined;
  }
}

/**
 * What `find` finds. Where it can't look, for a server is away, what is known to be wrong already is told.
 * @throws as `refuse`, and what `find` throws.
 */
export async function orKnown<T>(
  known: readonly DeclarationProblem[],
  subject: string,
  find: () => Promise<T>,
): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof DlcError && error.details['problems'] === undefined) refuse(known, subject);
    throw error;
  }
}

/** @throws CycleError where cycles are all that is wrong, else InvalidArgumentError; both with `details.problems`. */
export function refuse(problems: readonly DeclarationProblem[], subject = 'The declaration'): void {
  const [first] = problems;
  if (!first) return;
  const told = problems.slice(0, MAX_PROBLEMS);
  const more = problems.length - told.length;
  const lines = told.map(({ path, message }) => (path.length > 0 ? `${path.join(' › ')}: ${message}` : message));
  const message = [`${subject} is refused:`, ...lines, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
  const details = { field: first.path.join('.'), problems: told, problemCount: problems.length };
  if (problems.every(({ cycle }) => cycle)) throw new CycleError(message, { ...details, path: first.cycle });
  throw new InvalidArgumentError(message, details);
}
