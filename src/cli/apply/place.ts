// A refused declaration, told by the lines of its file.

import { CycleError, DlcError, InvalidArgumentError } from '../../domain/errors';
import type { DeclarationProblem } from '../../domain/declaration/problems';
import { refusal } from '../../yaml/text';
import type { DeclarationFile } from '../../yaml/read';

/** What isn't about the declaration, such as who applies it, stays what it is. */
export function placed(error: unknown, file: DeclarationFile): unknown {
  if (!(error instanceof DlcError)) return error;
  const found = error.details['problems'];
  if (!arePlaceable(found)) return error;
  const problems = found
    .map((problem) => ({ field: problem.path.join('.'), ...file.place(problem) }))
    .sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0));
  const [first] = problems;
  if (!first) return error;
  const message = refusal(problems, Number(error.details['problemCount']));
  const { field, file: name, line, column } = first;
  const details = { field, file: name, line, column, problems };
  return error instanceof CycleError
    ? new CycleError(message, { ...details, path: error.details['path'] }, { cause: error })
    : new InvalidArgumentError(message, details, { cause: error });
}

const arePlaceable = (problems: unknown): problems is DeclarationProblem[] =>
  Array.isArray(problems) && problems.every((problem: Partial<DeclarationProblem>) => Array.isArray(problem.path));
