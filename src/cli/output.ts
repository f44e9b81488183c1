// What goes where: results to stdout (one JSON document with --json), progress and hints to stderr, errors by their code.

import { CommanderError, InvalidArgumentError as UsageError } from 'commander';
import { DlcError, InvalidArgumentError } from '../domain/errors';
import type { ErrorCode } from '../domain/errors';
import { EXIT_STATUS, INCOMPLETE, IncompleteError, INTERRUPTED, InterruptedError, UNEXPECTED } from './exit-status';
import { hintFor, inDlcWords } from './hints';

/** Every command has it. */
export interface OutputOptions {
  readonly json?: boolean;
}

let documentWritten = false;

/** The command's result: `value` as JSON, or the text for people. */
export function print({ json }: OutputOptions, value: unknown, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  documentWritten = true;
}

/** For people only: progress and hints. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Whether --json was asked for, known before the command line has been understood. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).includes('--json');
}

/** Shows an error in the form that was asked for; returns the exit status. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
  if (error instanceof InterruptedError) return INTERRUPTED;
  if (error instanceof IncompleteError) {
    tell(error.message);
    return INCOMPLETE;
  }
  const shown = asShown(error);
  // A result that is out already stays the only document.
  if (json && !documentWritten) {
    const { code, message, details, hint } = shown;
    process.stdout.write(`${JSON.stringify({ error: { code, message, details, hint } })}\n`);
  } else if (!(error instanceof CommanderError) || error instanceof UsageError) {
    // What the parser refuses it has shown itself, by a plain CommanderError.
    tell(shown.text);
  }
  return shown.status;
}

interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
  readonly hint?: string | undefined;
  readonly text: string;
  readonly status: number;
}

function asShown(error: unknown): ShownError {
  if (error instanceof DlcError) {
    const { code, message, details } = error;
    const status = EXIT_STATUS[code as ErrorCode];
    const hint = hintFor(error);
    const words = inDlcWords(message);
    // What the message itself says in dlc's words needs no second line.
    const more = hint === undefined || words !== message ? '' : `\n${hint}`;
    return { code, message, details, hint, text: `${code}: ${words}${more}`, status };
  }
  if (error instanceof CommanderError) return asShown(new InvalidArgumentError(error.message.replace(/^error: /, '')));
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'UNEXPECTED',
    message,
    details: {},
    text: `Unexpected error: ${stack ?? message}`,
    status: UNEXPECTED,
  };
}
