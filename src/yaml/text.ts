// The text of a file, and where in it something is.

import { readFileSync, statSync } from 'node:fs';
import { MAX_PROBLEMS } from '../domain/declaration/problems';
import { InvalidArgumentError } from '../domain/errors';

/** Line and column from 1, as editors count them. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface PlacedProblem extends Position {
  readonly message: string;
}

/** Larger than any that a person keeps; what is read is held in memory several times. */
const MAX_BYTES = 10_000_000;

/** For `dlc export | dlc apply -f -`. */
export const STDIN = '-';

/** @throws InvalidArgumentError for what can't be read, and for what isn't UTF-8. */
export function readText(file: string): string {
  const name = file === STDIN ? 'stdin' : file;
  const bytes = readBytes(file, name);
  if (bytes.length > MAX_BYTES) throw unreadable(name, `it is longer than ${String(MAX_BYTES / 1e6)} MB`);
  const text = bytes.toString('utf8');
  const same = Buffer.from(text);
  if (same.equals(bytes)) return text.replace(/^\uFEFF/, '');
  const at = bytes.findIndex((byte, index) => byte !== same[index]);
  const before = bytes.subarray(0, at).toString('utf8').split('\n');
  const place = { file: name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  throw refused([{ ...place, message: "What stands here isn't UTF-8. Save the file as UTF-8." }]);
}

function readBytes(file: string, name: string): Buffer {
  try {
    if (file === STDIN) return readFileSync(0);
    if (statSync(file).isDirectory()) throw unreadable(name, 'it is a folder; name its files, as in -f FOLDER/*.yaml');
    return readFileSync(file);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadable(name, code === 'ENOENT' ? 'there is no such file' : message);
  }
}

function unreadable(file: string, why: string): InvalidArgumentError {
  return new InvalidArgumentError(`${file} can't be read: ${why}.`, { field: 'file', file });
}

/** `FILE:LINE:COLUMN: what is wrong`, a line each. */
function showProblems(problems: readonly PlacedProblem[]): string {
  return problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${oneLine(message)}`).join('\n');
}

/** A file's own text may have anything in it; a problem is one line. */
const oneLine = (message: string): string =>
  message.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, (text) => JSON.stringify(text).slice(1, -1));

/** The problems of a file that is no declaration at all. */
export function refused(all: readonly PlacedProblem[]): InvalidArgumentError {
  // One open bracket may be told of a thousand times.
  const lines = new Map(all.map((problem) => [showProblems([problem]), problem]));
  const problems = [...lines.values()].slice(0, MAX_PROBLEMS);
  const { file, line, column } = problems[0] ?? { file: '', line: 1, column: 1 };
  return new InvalidArgumentError(refusal(problems, lines.size), { field: '', file, line, column, problems });
}

/** The message of a refusal: its problems, and how many there are beside them. */
export function refusal(problems: readonly PlacedProblem[], count: number): string {
  const more = count - problems.length;
  return `Refused:\n${showProblems(problems)}${more > 0 ? `\nAnd ${String(more)} more.` : ''}`;
}
