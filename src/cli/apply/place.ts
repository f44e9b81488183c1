// A refused declaration, told by the lines of its file.

import { CycleError, DlcError, InvalidArgumentError } from '../../domain/errors';
import type { DeclarationProblem } from '../../domain/declaration/problems';
import { refusal } from '../../yaml/text';
import type { DeclarationFile } from '../../yaml/read';

/** What isn't about the declaration stays what it is. */
export function placed(error: unknown, file: DeclarationFile): unknown {
  if (!(error instanceof DlcError) || !Array.isArray(error.details['problems'])) return error;
  const found = error.details['problems'] as DeclarationProblem[];
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
